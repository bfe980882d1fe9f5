import {lstat, realpath, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {ConductError} from '../errors.ts'
import {findAdminDir, isAdminDir, isUsable, listAdminDirs, removeHalfMade} from './admin-dirs.ts'
import {GitError, type Git} from './git.ts'
import {isGitFileOf, readAdminPath, readGitFile, readHeadFile, replaceFile, writeGitFile, type Head} from './git-file.ts'
import {withLock} from '../lock.ts'
import {clearPlace, preparePlace} from './place.ts'
import {readRef} from './refs.ts'
import {discard} from './trash.ts'

export interface Worktree {
  /** Canonical path of its files. */
  readonly path: string
  /** Its folder in the repository's `worktrees/`: HEAD and index. */
  readonly gitDir: string
  /** Full name of the branch that it is on; `null` when detached. */
  readonly ref: string | null
  /** Where files went that stood in its place and that no worktree owned. */
  readonly displaced?: string
}

export interface WorktreeRequest {
  readonly path: string
  /** Full name of the branch to make; `null` for a detached HEAD. */
  readonly ref: string | null
  readonly sha: string
  /** Lock file of ours, one per repository. */
  readonly lock: string
  /** No symbolic link may stand between this folder and `path`. Default: the parent of `path`. */
  readonly root?: string
  /** Take the branch as it is when it already exists at another commit. */
  readonly adopt?: boolean
}

/** The branch is there already, at another commit, and was not to be adopted. Internal: the caller decides. */
export class RefExistsError extends Error {
  override readonly name = 'RefExistsError'
  readonly ref: string
  readonly sha: string

  constructor(ref: string, sha: string) {
    super(`${ref} already exists at ${sha}`)
    this.ref = ref
    this.sha = sha
  }
}

/**
 * Makes a worktree, or finds it: one that is whole is returned as it is, with whatever an agent left in it. What a killed
 * process left half-made is repaired.
 *
 * @throws {RefExistsError} unless `adopt`
 */
export async function createWorktree(git: Git, request: WorktreeRequest): Promise<Worktree> {
  const path = await preparePlace(request)
  const known = await findHealthy(git, path)
  if (known) return known
  const {worktree, checkout} = await git.inTurn(() => withLock(request.lock, () => register(git, {...request, path})))
  if (checkout !== undefined) await readFiles(git, worktree, checkout)
  return worktree
}

/** Takes a worktree out of the repository; its files are deleted in the background (`drainTrash`). */
export async function removeWorktree(git: Git, worktree: Pick<Worktree, 'path' | 'gitDir'>): Promise<void> {
  await discard(git, worktree.path)
  // What `git worktree prune` would do, for this one alone: a person's worktree on a disk that is away stays registered.
  if (isAdminDir(git, worktree.gitDir)) await rm(worktree.gitDir, {recursive: true, force: true})
}

/** Every worktree that is registered, but the main one. Broken entries are left out. */
export async function listWorktrees(git: Git): Promise<readonly (Worktree & {readonly sha?: string})[]> {
  const found = await Promise.all((await listAdminDirs(git)).map(describeWorktree))
  return found.flat()
}

/** The branch or the commit that a worktree is on, as its record says; `undefined` for a broken one. */
export async function readWorktreeHead(_git: Git, worktree: Pick<Worktree, 'gitDir'>): Promise<Head | undefined> {
  return readHeadFile(worktree.gitDir)
}

/**
 * Puts a worktree at `sha`: its branch, its HEAD, its index and its files, as `reset --hard` and `clean -ffd` would. No process
 * may be at work in it.
 *
 * @param options.ignored delete ignored files too.
 */
export async function restoreWorktree(
  git: Git,
  worktree: Worktree,
  sha: string,
  options: {readonly ignored?: boolean} = {},
): Promise<void> {
  await checkWorktree(worktree)
  await Promise.all(
    ['index.lock', 'HEAD.lock', ...UNFINISHED].map((name) => rm(join(worktree.gitDir, name), {recursive: true, force: true})),
  )
  await writeGitFile(worktree)
  await replaceFile(join(worktree.gitDir, 'HEAD'), worktree.ref === null ? `${sha}\n` : `ref: ${worktree.ref}\n`)
  if (worktree.ref !== null) await git.repo(['update-ref', '--no-deref', '-m', 'conduct', '--end-of-options', worktree.ref, sha])
  await readFiles(git, worktree, sha)
  await git.tree(treeTarget(worktree), ['clean', '-ffdq', ...(options.ignored ? ['-x'] : [])])
}

/** Index and files become those of a tree; HEAD and branch stay. Untracked files stay too, unless they are in the way. */
export async function readFiles(git: Git, worktree: Worktree, treeish: string): Promise<void> {
  const how = ['read-tree', '--reset', '-u', '--end-of-options', treeish]
  const read = () => git.checkouts.use((workers) => git.tree(treeTarget(worktree), ['-c', `checkout.workers=${workers}`, ...how]))
  try {
    await read()
  } catch (error) {
    if (!isBrokenIndex(error)) throw error
    await dropIndex(worktree)
    await read()
  }
}

/** The door's way to say where a worktree's files and index are. */
export const treeTarget = ({path, gitDir}: Pick<Worktree, 'path' | 'gitDir'>) => ({workTree: path, indexFile: join(gitDir, 'index')})

/** Did git stop because of the index itself, or of a lock that a killed git left on it? */
export function isBrokenIndex(error: unknown): boolean {
  return error instanceof GitError && /index file|shared index|bad signature|index\.lock|index uses|bad index/i.test(error.stderr)
}

/** Removes an index and its lock. Only for worktrees in which nothing runs. */
export async function dropIndex({gitDir}: Pick<Worktree, 'gitDir'>): Promise<void> {
  await rm(join(gitDir, 'index.lock'), {recursive: true, force: true})
  await rm(join(gitDir, 'index'), {recursive: true, force: true})
}

/**
 * Is it still the folder that we made? An agent could have put a link to another place there, for us to write to.
 *
 * @throws {ConductError} `WORKTREE_NOT_FOUND`
 */
export async function checkWorktree({path, gitDir}: Pick<Worktree, 'path' | 'gitDir'>): Promise<void> {
  for (const dir of [path, gitDir]) {
    if ((await realpath(dir).catch(() => undefined)) !== dir) throw worktreeGone(path)
  }
  const index = await lstat(join(gitDir, 'index')).catch(() => undefined)
  if (index && !index.isFile()) await dropIndex({gitDir})
}

interface Registered {
  readonly worktree: Worktree
  /** Commit whose files are still to be written. */
  readonly checkout?: string
}

async function register(git: Git, request: WorktreeRequest): Promise<Registered> {
  const {path} = request
  // Another process may have been at it while this one waited for the lock.
  const known = await findHealthy(git, path)
  if (known) return {worktree: known}
  const half = await findAdminDir(git, path)
  const commit = half === undefined ? undefined : await readUsableHead(git, half, path)
  if (half !== undefined && commit !== undefined) {
    await writeGitFile({path, gitDir: half})
    return {worktree: await describe(path, half), ...((await exists(join(half, 'index'))) ? {} : {checkout: commit})}
  }
  if (half !== undefined) await rm(half, {recursive: true, force: true})
  const displaced = await clearPlace(git, path)
  const checkout = await addMetadata(git, request)
  const gitDir = await readGitFile(path)
  if (gitDir === undefined) throw new Error(`Internal error: git made no worktree in ${path}`)
  return {worktree: {path, gitDir, ref: request.ref, ...(displaced === undefined ? {} : {displaced})}, checkout}
}

/** Commit of an entry whose metadata are whole; `undefined` when it must be made again. */
async function readUsableHead(git: Git, gitDir: string, path: string): Promise<string | undefined> {
  if (!(await isUsable(gitDir, path))) return undefined
  const head = await readHeadFile(gitDir)
  return head?.ref === undefined ? head?.sha : readRef(git, head.ref)
}

/** Makes branch and metadata. The usual case is one process; only when it fails is the cause looked for and mended. */
async function addMetadata(git: Git, request: WorktreeRequest): Promise<string> {
  const {path, ref, sha} = request
  try {
    await worktreeAdd(git, path, ref === null ? ['--detach'] : ['-b', branchName(ref)], sha)
    return sha
  } catch (error) {
    if (!(error instanceof GitError)) throw error
  }
  await removeHalfMade(git, await realpath(request.root ?? dirname(path)))
  const present = ref === null ? undefined : await mendRef(git, ref)
  if (ref === null || present === undefined) {
    await worktreeAdd(git, path, ref === null ? ['--detach'] : ['-b', branchName(ref)], sha)
    return sha
  }
  if (present !== sha && !request.adopt) throw new RefExistsError(ref, present)
  await worktreeAdd(git, path, [], branchName(ref))
  return present
}

async function worktreeAdd(git: Git, path: string, how: readonly string[], start: string): Promise<void> {
  const track = how[0] === '-b' ? ['--no-track'] : []
  await git.repo(['worktree', 'add', '--quiet', '--no-checkout', ...track, ...how, '--end-of-options', path, start])
}

/** Removes the lock that a killed git left on a ref of ours, and says where the ref is. */
async function mendRef(git: Git, ref: string): Promise<string | undefined> {
  await rm(join(git.repository.commonDir, `${ref}.lock`), {force: true})
  return readRef(git, ref)
}

async function findHealthy(git: Git, path: string): Promise<Worktree | undefined> {
  const gitDir = await findAdminDir(git, path)
  if (gitDir === undefined || !(await isUsable(gitDir, path))) return undefined
  if (!(await exists(join(gitDir, 'index'))) || !(await isGitFileOf(path, gitDir))) return undefined
  return describe(path, gitDir)
}

async function describe(path: string, gitDir: string): Promise<Worktree> {
  return {path, gitDir, ref: (await readHeadFile(gitDir))?.ref ?? null}
}

async function describeWorktree(gitDir: string): Promise<readonly (Worktree & {readonly sha?: string})[]> {
  const [path, head] = await Promise.all([readAdminPath(gitDir), readHeadFile(gitDir)])
  if (path === undefined || head === undefined) return []
  return [{path, gitDir, ref: head.ref ?? null, ...(head.sha === undefined ? {} : {sha: head.sha})}]
}

const exists = async (path: string) => (await lstat(path).catch(() => undefined)) !== undefined

const branchName = (ref: string) => ref.replace(/^refs\/heads\//, '')

const worktreeGone = (path: string) =>
  new ConductError('WORKTREE_NOT_FOUND', `The worktree ${path} is gone, or a link stands in its place.`, [
    'Run `conduct resume`: it makes a new one from the last commit.',
  ])

/** What merges and the like leave behind: `reset --hard` removes it too. */
const UNFINISHED =
  'MERGE_HEAD MERGE_MSG MERGE_MODE AUTO_MERGE CHERRY_PICK_HEAD REVERT_HEAD SQUASH_MSG rebase-merge rebase-apply sequencer BISECT_LOG'.split(
    ' ',
  )
