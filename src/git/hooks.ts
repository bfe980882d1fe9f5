import {createHash} from 'node:crypto'
import {lstat, readFile, readdir} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {runProcess, type ProcessResult} from '../process.ts'
import {readConfig, type Repository} from './git.ts'

/** One value for the hooks of a repository and the configuration that says where they are: it changes when one of them does. */
export async function hashHooks(repository: Repository): Promise<string> {
  const hash = createHash('sha256')
  for (const file of ['config', 'config.worktree', 'info/attributes']) await addFile(hash, join(repository.commonDir, file))
  const folder = resolve(repository.root, (await readConfig(repository, 'core.hooksPath')) ?? join(repository.commonDir, 'hooks'))
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((entry) => !entry.endsWith('.sample')).sort()) await addFile(hash, join(folder, name))
  return hash.digest('hex')
}

/** Runs a hook of the person, as git would in their checkout: with their environment and configuration. No such hook: exit code 0. */
export async function runHook(
  repository: Repository,
  checkout: string,
  name: string,
  args: readonly string[] = [],
): Promise<ProcessResult> {
  const env = Object.entries(repository.env).filter(([key, value]) => value !== undefined && !key.startsWith('GIT_'))
  return runProcess({
    argv: ['git', 'hook', 'run', '--ignore-missing', name, '--', ...args],
    cwd: checkout,
    env: Object.fromEntries(env.map(([key, value]) => [key, String(value)])),
    marker: `hook/${name}/${crypto.randomUUID()}`,
  })
}

async function addFile(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const stat = await lstat(path).catch(() => undefined)
  const content = stat?.isFile() ? await readFile(path) : Buffer.alloc(0)
  hash.update(`${path}\0${stat?.mode ?? 0}\0${content.length}\0`).update(content)
}
