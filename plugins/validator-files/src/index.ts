import type {RegisterOptions} from 'conduct-cli/plugin'
import {namesFiles} from './names-files.ts'

/** The oclif hook `conduct:register`. Grammars take a while to load, and most phases name no files. */
export default async function register(options: RegisterOptions): Promise<void> {
  options.addValidator({
    name: 'files',
    applies: namesFiles,
    run: async (input) => (await import('./files-validator.ts')).filesValidator.run(input),
  })
}
