import {createHash} from 'node:crypto'
import type {Phase} from '../spec/spec.ts'
import type {TaskState} from '../tasks/state.ts'

export interface BaselineSource {
  /** What is in the commit; two commits with one tree have one baseline. */
  readonly tree: string
  readonly script: string
  /** Setup command of the phase. */
  readonly setup?: string | undefined
}

/** Names what a baseline was taken of. */
export function baselineKey({tree, script, setup}: BaselineSource): string {
  const parts = [tree, script, ...(setup === undefined ? [] : [setup])]
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16)
}

/** The baseline that a phase's test command is compared with: that of the commit the task began at. */
export function taskBaselineKey({started}: Pick<TaskState, 'started'>, {testCommand, setupCommand}: Phase): string {
  const {tree, sha} = started.base
  return baselineKey({tree: tree ?? sha, script: testCommand, setup: setupCommand})
}
