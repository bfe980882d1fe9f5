import {readFile} from 'node:fs/promises'
import {findConfigFile} from './file.ts'
import type {LoadOptions} from './load.ts'
import type {Config} from './schema.ts'

/**
 * Where tasks are kept. Commands that only look at tasks need no more of the configuration, so a file that does not
 * even mention a store is not parsed: a mistake in another key does not hide a task from whoever looks for it.
 *
 * @throws {ConductError} `CONFIG_INVALID`
 */
export async function loadStoreConfig(options: LoadOptions): Promise<Config['store']> {
  if (!(await mentionsStore(options))) return {kind: 'embedded'}
  const {loadConfig} = await import('./load.ts')
  return (await loadConfig(options)).config.store
}

async function mentionsStore({cwd, env, flags}: LoadOptions): Promise<boolean> {
  if (env.CONDUCT_STORE || flags?.store !== undefined) return true
  const file = await findConfigFile(cwd)
  if (file === undefined) return false
  // Code may take the key from anywhere, and a name may be written with escapes.
  return /\.[mc]?[jt]s$/.test(file) || /store|\\/.test(await readFile(file, 'utf8').catch(() => 'store'))
}
