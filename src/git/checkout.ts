import {copyFile, rename, stat} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {ConductError} from '../errors.ts'
import {commitTree, snapshotTree, splitNul} from './commits.ts'
import {GitError, type Git, type TreeTarget} from './git.ts'
import {readGitFile, readHeadFile, type Head} from './git-file.ts'
import {findPlace, type Place} from './checkout-place.ts'
import {withIndexCopy} from './index-copy.ts'
import {readRef, treeOf, updateRefs} from './refs.ts'
import {refuseUnfinished} from './unfinished.ts'
import {listWorktrees} from './worktrees.ts'

/** The state of a person's checkout. */
export interface Checkout {
  /** Full name of the branch; absent when detached. */
  readonly branch?: string
  /** Absent when there is no commit yet. */
  readonly sha?: string
  /** Tracked paths with changes that are not committed, sorted. */
  readonly changed: readonly string[]
  /** Paths that git neither tracks nor ignores, sorted. */
  readonly untracked: readonly string[]
}

/**
 * Looks at a checkout and writes nothing there.
 *
 * @param options.landing a commit that `moveCheckout` may have begun to bring in: files that are as it has them do not count.
 */
export async function readCheckout(git: Git, path: string, options: {readonly landing?: string} = {}): Promise<Checkout> {
  const place = await findPlace(git, path)
  const sha = await commitOf(git, place.head)
  const all = await withIndexCopy(place.gitDir, git.shadowDir, async (indexFile) => {
    const target = {workTree: place.root, indexFile}
    return {changed: await listChanged(git, target, sha), untracked: await listUntracked(git, target)}
  })
  const {changed, untracked} = options.landing === undefined ? all : await without(git, place, all, options.landing)
  return {...(place.head.ref === undefined ? {} : {branch: place.head.ref}), ...(sha === undefined ? {} : {sha}), changed, untracked}
}

/** Root of the checkout that has this branch; `undefined` when none has. */
export async function findCheckoutOf(git: Git, ref: string): Promise<string | undefined> {
  return (await findCheckoutsOf(git, ref))[0]
}

/** Roots of all checkouts that have this branch: git allows several, when it is forced. */
export async function findCheckoutsOf(git: Git, ref: string): Promise<readonly string[]> {
  const {root, gitDir, commonDir} = git.repository
  const main = (await readGitFile(dirname(commonDir))) === commonDir ? [{path: dirname(commonDir), gitDir: commonDir}] : []
  const found = new Set<string>()
  for (const place of [{path: root, gitDir}, ...main, ...(await listWorktrees(git))]) {
    if ((await readHeadFile(place.gitDir))?.ref === ref && (await readGitFile(place.path)) === place.gitDir) found.add(place.path)
  }
  return [...found]
}

export interface Move {
  readonly path: string
  /** Full name of the branch that is checked out there. */
  readonly ref: string
  readonly from: string
  readonly to: string
}

/**
 * Brings a checkout and its branch from one commit to another, as a fast-forward does. Refused, with nothing touched, when a
 * change of the person would be lost. Safe to call again after a kill at any point.
 */
export async function moveCheckout(git: Git, {path, ref, from, to}: Move): Promise<'moved' | 'refused'> {
  const place = await findPlace(git, path)
  const sha = place.head.ref === ref ? await readRef(git, ref) : undefined
  if (sha === to) return 'moved'
  const index = join(place.gitDir, 'index')
  if (sha !== from || (await exists(`${index}.lock`))) return 'refused'
  const isMoved = await withIndexCopy(place.gitDir, git.shadowDir, async (indexFile) => {
    const target = {workTree: place.root, indexFile}
    if (!(await twoWayMerge(git, target, from, to))) return false
    await installIndex(indexFile, index)
    return true
  })
  return isMoved && (await updateRefs(git, [{ref, to, from}])) ? 'moved' : 'refused'
}

export interface CheckoutCommit {
  readonly path: string
  readonly message: string
  readonly trailers: Readonly<Record<string, string>>
}

export interface Committed {
  readonly sha: string
  readonly changed: boolean
  readonly ref: string
  readonly embedded: readonly string[]
}

/**
 * Commits everything that is not ignored on the branch that is checked out.
 *
 * @returns the commit (the present one, unchanged, when there is nothing to commit), the full name of the branch, and the folders
 * that are repositories of their own: these are left out.
 * @throws {ConductError} `DETACHED_HEAD`, `GIT_FAILED` while a merge or rebase is under way or the branch moves
 */
export async function commitCheckout(git: Git, {path, message, trailers}: CheckoutCommit): Promise<Committed> {
  const place = await findPlace(git, path)
  const {root, gitDir, head} = place
  // A rebase takes HEAD off its branch: that is the better answer then.
  await refuseUnfinished(place)
  if (head.ref === undefined) throw detached(root)
  const parent = await readRef(git, head.ref)
  const {tree, embedded} = await snapshotTree(git, {path: root, indexFile: join(gitDir, 'index')})
  const facts = {ref: head.ref, embedded}
  if (parent !== undefined && (await treeOf(git, parent)) === tree) return {...facts, sha: parent, changed: false}
  const sha = await commitTree(git, {tree, parents: parent === undefined ? [] : [parent], message, trailers})
  if (!(await updateRefs(git, [{ref: head.ref, to: sha, from: parent ?? null}]))) throw branchMoved(head.ref)
  return {...facts, sha, changed: true}
}

const commitOf = async (git: Git, head: Head) => (head.ref === undefined ? head.sha : readRef(git, head.ref))

async function listChanged(git: Git, target: TreeTarget, sha: string | undefined): Promise<readonly string[]> {
  if (sha === undefined) return splitNul(await git.tree(target, ['ls-files', '-z', '--cached'])).toSorted()
  const lists = [await diffNames(git, target, [sha]), await diffNames(git, target, ['--cached', sha])]
  return [...new Set(lists.flatMap(splitNul))].toSorted()
}

async function listUntracked(git: Git, target: TreeTarget): Promise<readonly string[]> {
  return splitNul(await git.tree(target, ['ls-files', '-z', '--others', '--exclude-standard'])).toSorted()
}

async function diffNames(git: Git, target: TreeTarget, what: readonly string[]): Promise<string> {
  const options = ['-z', '--name-only', '--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=dirty']
  return git.tree(target, ['diff', ...options, ...what, '--'])
}

type Differences = Pick<Checkout, 'changed' | 'untracked'>

/** Leaves out the files that are on disk as `landing` has them. */
async function without(git: Git, {root, gitDir}: Place, {changed, untracked}: Differences, landing: string): Promise<Differences> {
  if (changed.length + untracked.length === 0) return {changed, untracked}
  const other = await withIndexCopy(join(gitDir, 'none'), git.shadowDir, async (indexFile) => {
    const target = {workTree: root, indexFile}
    await git.tree(target, ['read-tree', '--end-of-options', landing])
    return new Set(splitNul(await git.tree(target, ['ls-files', '-z', '--modified', '--others', '--exclude-standard'])))
  })
  return {changed: changed.filter((file) => other.has(file)), untracked: untracked.filter((file) => other.has(file))}
}

/**
 * git's own two-way merge decides what may be overwritten. It knows the files of `from` only, so after a kill in the middle those
 * that are already as `to` has them are staged first: then they count as done.
 */
async function twoWayMerge(git: Git, target: TreeTarget, from: string, to: string): Promise<boolean> {
  const merge = ['read-tree', '-m', '-u', '--end-of-options', from, to]
  await git.tree(target, ['update-index', '-q', '--refresh'], {accept: [1]})
  if (await succeeds(() => git.tree(target, merge))) return true
  const {stdout} = await git.runObjects(['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to])
  if (stdout.length === 0) return false
  // A person's half-done work has no place in the repository's objects: those that `to` has are there already.
  const env = {
    GIT_OBJECT_DIRECTORY: join(git.shadowDir, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: join(git.repository.commonDir, 'objects'),
  }
  await git.tree(target, ['update-index', '--add', '--remove', '--replace', '-z', '--stdin'], {input: stdout, env})
  return succeeds(() => git.tree(target, merge))
}

async function succeeds(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof GitError) return false
    throw error
  }
}

/** Puts a draft in the place of a checkout's index, as a whole. */
export async function installIndex(draft: string, index: string): Promise<void> {
  await copyFile(draft, `${index}.conduct`)
  await rename(`${index}.conduct`, index)
}

/** @throws {ConductError} `GIT_FAILED` while a merge, a rebase or another git is under way in this checkout */
export async function refuseHalfDone(git: Git, path: string): Promise<void> {
  await refuseUnfinished(await findPlace(git, path))
}

const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined

const detached = (root: string) =>
  new ConductError('DETACHED_HEAD', `${root} is on no branch (detached HEAD).`, [
    'Run `git switch BRANCH`, or `git switch -c NEW-BRANCH` to start one here.',
  ])

export const branchMoved = (ref: string) =>
  new ConductError('GIT_FAILED', `${ref} was moved by somebody else in the meantime.`, ['Look at `git log`, then run the command again.'])
