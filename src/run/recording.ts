import type {Role} from '../agents/agent.ts'
import type {LaunchResult} from '../agents/launch.ts'
import {recordAttempt, type RecordingKey, type TimedEvent} from '../agents/record.ts'
import {readChanges} from '../git/changes.ts'
import {snapshotTree} from '../git/commits.ts'
import type {Subject} from '../events.ts'
import {ANSWER_FILE, type FileAnswer} from './answer-file.ts'
import {recordingKey, type Launched} from './launch-role.ts'
import type {RunContext} from './context.ts'
import type {Workplace} from './workplaces.ts'

export interface WorkToRecord {
  readonly key: RecordingKey
  readonly workplace: Workplace
  readonly ended: LaunchResult
  readonly activity: readonly TimedEvent[]
  readonly durationMs: number
}

/** Writes what an attempt changed as a recording that the `replay` backend plays. */
export async function recordWork({git}: RunContext, dir: string, work: WorkToRecord): Promise<void> {
  const {key, workplace, ended, activity, durationMs} = work
  const {tree} = await snapshotTree(git, workplace.worktree)
  const changes = await readChanges(git, workplace.startSha, tree)
  await recordAttempt({dir, key, changes, events: activity, durationMs, outcome: ended.outcome, usage: ended.usage})
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
  await recordAttempt({dir, key, changes, events: activity, durationMs, outcome: ended.outcome, usage: ended.usage})
}
