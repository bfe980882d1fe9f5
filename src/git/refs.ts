import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {GitError, type Git} from './git.ts'
import {readCommits} from './objects.ts'

export * from './ref-names.ts'

export interface RefUpdate {
  readonly ref: string
  /** `null`: delete it. */
  readonly to: string | null
  /** `null`: it must not exist yet. */
  readonly from: string | null
}

export interface Ref {
  readonly ref: string
  readonly sha: string
}

/** Commit of a full ref name; `undefined` when there is none. */
export async function readRef(git: Git, ref: string): Promise<string | undefined> {
  return (await readLooseRef(git, ref)) ?? (await listRefs(git, ref)).find((found) => found.ref === ref)?.sha
}

/** A ref in a file of its own beats a packed one, and reading it spares a process. Anything else in it is git's to explain. */
async function readLooseRef({repository}: Git, ref: string): Promise<string | undefined> {
  const text = await readFile(join(repository.commonDir, ref), 'utf8').catch(() => '')
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})\n$/.test(text) ? text.trimEnd() : undefined
}

/** Every ref that is `prefix` or below it; only those whose commits are all in `mergedInto`, when given. */
export async function listRefs(git: Git, prefix: string, options: {readonly mergedInto?: string} = {}): Promise<readonly Ref[]> {
  const merged = options.mergedInto === undefined ? [] : [`--merged=${options.mergedInto}`]
  const text = await git.repo([
    'for-each-ref',
    '--format=%(objectname) %(refname)',
    ...merged,
    '--end-of-options',
    prefix.replace(/\/$/, ''),
  ])
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({sha: line.slice(0, line.indexOf(' ')), ref: line.slice(line.indexOf(' ') + 1)}))
}

/**
 * Moves all the refs or none, each from its old value. Never through a symbolic ref: an agent may have planted one.
 *
 * @returns `false` when a ref was not at its old value; nothing was written.
 */
export async function updateRefs(git: Git, updates: readonly RefUpdate[]): Promise<boolean> {
  if (updates.length === 0) return true
  const input = updates.map((update) => `option no-deref\0${formatUpdate(update)}`).join('')
  try {
    await git.repo(['update-ref', '-m', 'conduct', '-z', '--stdin'], {input})
    return true
  } catch (error) {
    if (error instanceof GitError && LOST_RACE.test(error.stderr)) return false
    throw error
  }
}

/** Is commit `a` reachable from commit `b`? */
export async function isAncestor(git: Git, a: string, b: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', '--end-of-options', a, b]
  return (await git.runObjects(args, {accept: [1]})).exitCode === 0
}

/** Tree of a commit. */
export async function treeOf(git: Git, sha: string): Promise<string> {
  const [commit] = await readCommits(git, [sha])
  return commit?.tree ?? ''
}

const LOST_RACE = /but expected|reference already exists|reference is missing|unable to resolve reference/

function formatUpdate({ref, to, from}: RefUpdate): string {
  if (to === null) return `delete ${ref}\0${from ?? ''}\0`
  return from === null ? `create ${ref}\0${to}\0` : `update ${ref}\0${to}\0${from}\0`
}
