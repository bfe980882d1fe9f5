import {fileURLToPath} from 'node:url'
import {execute, settings} from '@oclif/core'

/** The entry of the built CLI: hands the arguments to oclif. */
export async function start(): Promise<void> {
  // The commands are built; oclif need not look for TypeScript beside them.
  settings.enableAutoTranspile = false
  await execute({dir: fileURLToPath(new URL('..', import.meta.url))})
}
