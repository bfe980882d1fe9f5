import {join} from 'node:path'
import {findPlace, type Place} from './checkout-place.ts'
import {branchMoved, installIndex} from './checkout.ts'
import {commitTree, snapshotTree, splitNul} from './commits.ts'
import type {Git, TreeTarget} from './git.ts'
import {findInTheWay} from './in-the-way.ts'
import {withIndexCopy} from './index-copy.ts'
import {readRef, treeOf, updateRefs} from './refs.ts'
import {endUnfinished, findUnfinished, refuseUnfinished, type Unfinished} from './unfinished.ts'

export interface RollBack {
  readonly path: string
  /** Full name of the branch that is checked out there. */
  readonly ref: string
  readonly to: string
  /** Of the commit that keeps what is there. */
  readonly message: string
  readonly trailers: Readonly<Record<string, string>>
}

/** What was there before a rollback. */
export interface Kept {
  /** Commit with all files that are not ignored, and the ignored ones that the rollback writes over, on top of the branch's tip. */
  readonly sha: string
  /** `false` when the branch's tip holds all of it: then `sha` is that tip. */
  readonly isNew: boolean
  /**
   * Commit with what was staged, where that is not what the branch has. Its further parents are the commits of a merge or the
   * like that was under way; of files in conflict it has our side.
   */
  readonly staged?: string
}

/**
 * Brings files, index and branch of a checkout to another commit. `keep` is called before anything is discarded, and must make
 * what it is given durable. Ignored files stay, unless the commit has files in their place. A merge, a cherry-pick or a revert
 * that is under way ends. May be called again after a kill at any point.
 *
 * @throws {ConductError} `GIT_FAILED` during a rebase, or when the branch moves; `USAGE` when another branch is checked out
 */
export async function rollBackCheckout(git: Git, request: RollBack, keep: (kept: Kept) => Promise<void>): Promise<void> {
  const place = await findPlaceToRollBack(git, request.path)
  const parent = await readRef(git, request.ref)
  if (place.head.ref !== request.ref || parent === undefined) throw branchMoved(request.ref)
  await withIndexCopy(place.gitDir, git.shadowDir, async (indexFile) => {
    await keep(await keepAll(git, {place, parent, indexFile, request}))
    await git.tree({workTree: place.root, indexFile}, ['read-tree', '--reset', '-u', '--end-of-options', request.to])
    await installIndex(indexFile, join(place.gitDir, 'index'))
  })
  if (parent !== request.to && !(await updateRefs(git, [{ref: request.ref, to: request.to, from: parent}]))) throw branchMoved(request.ref)
  await endUnfinished(place)
}

/** The checkout around a folder, where at most something is under way that a rollback ends. @throws {ConductError} `GIT_FAILED` */
export async function findPlaceToRollBack(git: Git, path: string): Promise<Place> {
  const place = await findPlace(git, path)
  await refuseUnfinished(place, ['merge', 'cherry-pick', 'revert'])
  return place
}

interface Keeping {
  readonly place: Place
  readonly parent: string
  /** A copy of the person's index: brought up to date with the files. */
  readonly indexFile: string
  readonly request: RollBack
}

async function keepAll(git: Git, keeping: Keeping): Promise<Kept> {
  const {place, parent, request} = keeping
  const unfinished = await findUnfinished(place)
  const stagedTree = await withIndexCopy(place.gitDir, git.shadowDir, (copy) => readIndex(git, copy))
  const tree = await stageFiles(git, keeping)
  const head = await treeOf(git, parent)
  if (tree === head && stagedTree === head && !unfinished) return {sha: parent, isNew: false}
  const {message, trailers} = request
  const sha = await commitTree(git, {tree, parents: [parent], message, trailers})
  if (stagedTree === head && !unfinished) return {sha, isNew: true}
  return {sha, isNew: true, staged: await commitStaged(git, {tree: stagedTree, parent, unfinished, request})}
}

async function stageFiles(git: Git, {place: {root}, indexFile, request}: Keeping): Promise<string> {
  const {tree} = await snapshotTree(git, {path: root, indexFile})
  const ignored = await findInTheWay(git, {root, from: tree, to: request.to})
  if (ignored.length === 0) return tree
  const target = {workTree: root, indexFile}
  const input = Buffer.from(`${ignored.join('\0')}\0`, 'latin1')
  await git.tree(target, ['update-index', '--add', '--replace', '-z', '--stdin'], {input})
  return (await git.tree(target, ['write-tree'])).trimEnd()
}

/** Tree of an index, which is spoilt by it: files in conflict become our side of them. */
async function readIndex(git: Git, indexFile: string): Promise<string> {
  const target: TreeTarget = {indexFile}
  const {stdout} = await git.runTree(target, ['ls-files', '--unmerged', '-z'])
  const sides = splitNul(stdout.toString('latin1'))
  if (sides.length > 0) {
    const input = Buffer.from(settle(sides), 'latin1')
    await git.tree(target, ['update-index', '-z', '--index-info'], {input})
  }
  return (await git.tree(target, ['write-tree'])).trimEnd()
}

/** `mode id stage<tab>path` of each side to what `--index-info` takes: the sides removed, and of each file one put back. */
function settle(sides: readonly string[]): string {
  const chosen = new Map<string, Side>()
  for (const side of sides.map(parseSide)) {
    const known = chosen.get(side.path)
    if (!known || side.stage === OURS || known.stage === BASE) chosen.set(side.path, side)
  }
  return [...chosen.values()].map(({mode, id, path}) => `0 ${'0'.repeat(id.length)}\t${path}\0${mode} ${id} 0\t${path}\0`).join('')
}

/** One version of a file in conflict: what both sides came from (1), ours (2) or theirs (3). */
interface Side {
  readonly mode: string
  readonly id: string
  readonly stage: number
  readonly path: string
}

const BASE = 1
const OURS = 2

function parseSide(text: string): Side {
  const tab = text.indexOf('\t')
  const [mode = '', id = '', stage] = text.slice(0, tab).split(' ')
  return {mode, id, stage: Number(stage), path: text.slice(tab + 1)}
}

interface Staged {
  readonly tree: string
  readonly parent: string
  readonly unfinished: Unfinished | undefined
  readonly request: RollBack
}

async function commitStaged(git: Git, {tree, parent, unfinished, request}: Staged): Promise<string> {
  const what = unfinished ? `What was staged during a ${unfinished.command}` : 'What was staged'
  const message = [`${what}. ${request.message}`, ...(unfinished?.notes ? [unfinished.notes] : [])].join('\n\n')
  const heads = (unfinished?.heads ?? []).filter((head) => head !== parent)
  return commitTree(git, {tree, parents: [parent, ...heads], message, trailers: request.trailers})
}
