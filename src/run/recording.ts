import type {Role} from '../agents/agent.ts'
import type {LaunchResult} from '../agents/launch.ts'
import {recordAttempt, recordedPaths, type RecordedChange, type RecordingKey, type TimedEvent} from '../agents/record.ts'
import {readChanges, readPaths} from '../git/changes.ts'
import {snapshotTree} from '../git/commits.ts'
import type {Subject} from '../events.ts'
import {ANSWER_FILE, type FileAnswer} from './answer-file.ts'
import {recordingKey, type Launched} from './launch-role.ts'
import type {RunContext} from './context.ts'
import type {Workplace} from './workplaces.ts'

export interface WorkToRecord {
  readonly key: RecordingKey
  /** Tree that the attempt found. */
  readonly found: string
  readonly workplace: Workplace
  readonly ended: LaunchResult
  readonly activity: readonly TimedEvent[]
  readonly durationMs: number
}

/** The tree that an attempt finds: that of its commit, and what an earlier one or a merge left on it. */
export async function treeOf({git}: RunContext, {worktree}: Workplace): Promise<string> {
  return (await snapshotTree(git, worktree)).tree
}

/** Writes what an attempt changed as a recording that the `replay` backend plays. */
export async function recordWork(context: RunContext, dir: string, work: WorkToRecord): Promise<void> {
  const {key, ended, activity, durationMs} = work
  const task = context.log.taskId
  const tree = await treeOf(context, work.workplace)
  const changes = await changesOf(context, work, {tree, recorded: await recordedPaths({dir, key, task})})
  await recordAttempt({dir, key, task, changes, events: activity, durationMs, outcome: ended.outcome, usage: ended.usage})
}

interface Left {
  readonly tree: string
  /** Files that earlier recordings of the same work change. */
  readonly recorded: ReadonlySet<string>
}

/**
 * Whatever may be otherwise when the recording is played: an earlier attempt is played with all that it did, though here this one
 * took some of it back, or began without it after a kill.
 */
async function changesOf({git}: RunContext, {workplace, found}: WorkToRecord, {tree, recorded}: Left): Promise<readonly RecordedChange[]> {
  const changes = [...(await readChanges(git, workplace.startSha, tree)), ...(await readChanges(git, found, tree))]
  const byPath = new Map(changes.map((change) => [change.path, change]))
  const others = await readPaths(git, tree, new Set([...recorded].filter((path) => !byPath.has(path))))
  return [...byPath.values(), ...others].sort((a, b) => (a.path < b.path ? -1 : 1))
}

export interface AnswerToRecord {
  readonly subject: Subject
  readonly role: Role
  readonly number: number
  readonly launched: Launched
  readonly file: FileAnswer
}

/** Of who reads only the answer is kept. */
export async function recordAnswer({log}: RunContext, dir: string, answer: AnswerToRecord): Promise<void> {
  const {file, launched} = answer
  const {ended, activity, durationMs} = launched
  const changes = 'text' in file ? [{path: ANSWER_FILE, mode: '100644', content: Buffer.from(file.text)} as const] : []
  const key = recordingKey(log.state, answer)
  await recordAttempt({dir, key, task: log.taskId, changes, events: activity, durationMs, outcome: ended.outcome, usage: ended.usage})
}
