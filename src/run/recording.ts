import type {LaunchResult} from '../agents/launch.ts'
import {recordAttempt, type RecordingKey, type TimedEvent} from '../agents/record.ts'
import {readChanges} from '../git/changes.ts'
import {snapshotTree} from '../git/commits.ts'
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
