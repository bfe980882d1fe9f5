import type {RegisterOptions} from 'conduct-cli/plugin'
import {filesValidator} from './files-validator.ts'

/** The oclif hook `conduct:register`. */
export default async function register(options: RegisterOptions): Promise<void> {
  options.addValidator(filesValidator)
}
