import {readdir, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {ConductError} from '../errors.ts'
import type {Place} from './checkout-place.ts'

/** What a git command began in a checkout and left for a person to finish. */
export interface Unfinished {
  /** Name of the command. */
  readonly command: 'merge' | 'cherry-pick' | 'revert' | 'rebase' | 'am'
  /** Commits that it brings in. */
  readonly heads: readonly string[]
  /** What it meant to say and to do next, for people. */
  readonly notes: string
}

/** @throws {ConductError} `GIT_FAILED` when another git is at work in this checkout */
export async function findUnfinished({root, gitDir}: Pick<Place, 'root' | 'gitDir'>): Promise<Unfinished | undefined> {
  const names = new Set(await readdir(gitDir))
  if (names.has('index.lock')) throw busy(root, join(gitDir, 'index.lock'))
  const command = await commandOf(names, gitDir)
  if (command === undefined) return undefined
  const read = (name: string) => readFile(join(gitDir, name), 'utf8').catch(() => '')
  const heads = await Promise.all(HEADS.map(read))
  const notes = await Promise.all(['MERGE_MSG', 'sequencer/todo'].map(read))
  return {command, heads: heads.join('').match(/\b[0-9a-f]{40,64}\b/g) ?? [], notes: notes.filter((note) => note !== '').join('\n')}
}

/** @throws {ConductError} `GIT_FAILED` while something is unfinished; only what is not in `except` counts */
export async function refuseUnfinished(
  place: Pick<Place, 'root' | 'gitDir'>,
  except: readonly Unfinished['command'][] = [],
): Promise<void> {
  const found = await findUnfinished(place)
  if (found && !except.includes(found.command)) throw inTheMiddle(place.root, found.command)
}

/** Forgets it, as `--quit` does: files, index and commits stay as they are. */
export async function endUnfinished({gitDir}: Pick<Place, 'gitDir'>): Promise<void> {
  await Promise.all([...HEADS, ...TRACES].map((name) => rm(join(gitDir, name), {recursive: true, force: true})))
}

const HEADS = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD']
const TRACES = ['MERGE_MSG', 'MERGE_MODE', 'MERGE_RR', 'AUTO_MERGE', 'SQUASH_MSG', 'sequencer']

async function commandOf(names: ReadonlySet<string>, gitDir: string): Promise<Unfinished['command'] | undefined> {
  if (names.has('rebase-merge')) return 'rebase'
  if (names.has('rebase-apply')) return (await readdir(join(gitDir, 'rebase-apply'))).includes('applying') ? 'am' : 'rebase'
  if (names.has('MERGE_HEAD')) return 'merge'
  if (names.has('REVERT_HEAD')) return 'revert'
  // Between two picks there is the list of those to come, and no head.
  return names.has('CHERRY_PICK_HEAD') || names.has('sequencer') ? 'cherry-pick' : undefined
}

const inTheMiddle = (root: string, command: Unfinished['command']) =>
  new ConductError('GIT_FAILED', `${root} is in the middle of a ${command}.`, [
    `Finish it: git -C '${root}' ${command} --continue`,
    `Or go back to where it was before: git -C '${root}' ${command} --abort`,
  ])

const busy = (root: string, lock: string) =>
  new ConductError('GIT_FAILED', `Another git is at work in ${root}, or was killed there: ${lock} is in the way.`, [
    'Wait until it has ended, then run the command again.',
    `When no git runs there any more: rm '${lock}'`,
  ])
