import {readFile} from 'node:fs/promises'
import {resolve} from 'node:path'
import {findConfigFile} from './file.ts'
import type {LoadOptions} from './load.ts'
import type {Config} from './schema.ts'

/** The default. Said here again, since the schema takes longer to load than most commands take to answer. */
const EMBEDDED: Config['store'] = {kind: 'embedded', patience: 600_000}

/**
 * Where tasks are kept. Commands that only look at tasks need no more of the configuration, so a file that does not
 * even mention a store is not parsed: a mistake in another key does not hide a task from whoever looks for it. Paths
 * come out absolute, so that every folder of a repository leads to the same store.
 *
 * @throws {ConductError} `CONFIG_INVALID`
 */
export async function loadStoreConfig(options: LoadOptions): Promise<Config['store']> {
  if (!(await mentionsStore(options))) return EMBEDDED
  const {loadConfig} = await import('./load.ts')
  return withPaths((await loadConfig(options)).config.store, options.cwd)
}

function withPaths(store: Config['store'], root: string): Config['store'] {
  const from = (path: string | undefined) => (path === undefined ? undefined : resolve(root, path))
  if (store.kind === 'embedded') return store.path === undefined ? store : {...store, path: from(store.path)}
  const {tls} = store
  return tls ? {...store, tls: {...tls, ca: from(tls.ca), cert: from(tls.cert), key: from(tls.key)}} : store
}

async function mentionsStore({cwd, env, flags}: LoadOptions): Promise<boolean> {
  if (env.CONDUCT_STORE || flags?.store !== undefined) return true
  const file = await findConfigFile(cwd)
  if (file === undefined) return false
  // Code may take the key from anywhere, and a name may be written with escapes.
  return /\.[mc]?[jt]s$/.test(file) || /store|\\/.test(await readFile(file, 'utf8').catch(() => 'store'))
}
