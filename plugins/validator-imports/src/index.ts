import type {RegisterOptions} from 'conduct-cli/plugin'

/** The oclif hook `conduct:register`. Grammars take a while to load, and most commands validate nothing. */
export default async function register(options: RegisterOptions): Promise<void> {
  const load = async () => (await import('./imports-validator.ts')).importsValidator
  options.addValidator({
    name: 'imports',
    applies: async (input) => (await load()).applies(input),
    run: async (input) => (await load()).run(input),
  })
}
