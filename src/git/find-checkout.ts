import {lstat, readFile, realpath} from 'node:fs/promises'
import {dirname, join, resolve} from 'node:path'
import {readGitFile} from './git-file.ts'
import type {Repository} from './git.ts'
import type {Environment} from './environment.ts'

/** Which repository a folder belongs to. Canonical paths. */
export type Checkout = Pick<Repository, 'root' | 'commonDir'>

/**
 * Finds the repository of a folder for commands that only read our own records: in the usual case by its files alone,
 * which takes a tenth of the time that git takes to start. Whatever is out of the ordinary is git's to explain.
 *
 * @throws {ConductError} what `openRepository` throws
 */
export async function findCheckout(cwd: string, env: Environment): Promise<Checkout> {
  const found = await findByFiles(cwd)
  if (found) return found
  // Loaded only now: what starts git takes longer to load than most commands take to answer.
  const {openRepository} = await import('./git.ts')
  return openRepository(cwd, env)
}

async function findByFiles(cwd: string): Promise<Checkout | undefined> {
  const root = await findRoot(await realpath(cwd).catch(() => cwd))
  const gitDir = root === undefined ? undefined : await readGitFile(root)
  if (root === undefined || gitDir === undefined) return undefined
  const shared = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => undefined)
  const commonDir = shared === undefined ? gitDir : await realpath(resolve(gitDir, shared.trim())).catch(() => undefined)
  return commonDir !== undefined && (await isOrdinary(commonDir)) ? {root, commonDir} : undefined
}

/** The nearest folder with a `.git`; none when a folder on the way is itself a git directory. */
async function findRoot(folder: string): Promise<string | undefined> {
  if (await exists(join(folder, '.git'))) return folder
  if ((await exists(join(folder, 'HEAD'))) || dirname(folder) === folder) return undefined
  return findRoot(dirname(folder))
}

/** A repository with files of its own, whose configuration does not put them elsewhere. */
async function isOrdinary(commonDir: string): Promise<boolean> {
  const config = await readFile(join(commonDir, 'config'), 'utf8').catch(() => undefined)
  if (config === undefined || !(await exists(join(commonDir, 'HEAD'))) || !(await exists(join(commonDir, 'objects')))) return false
  return !/worktree|include|bare\s*=\s*(?!false|\s)/i.test(config)
}

const exists = async (path: string) => (await lstat(path).catch(() => undefined)) !== undefined
