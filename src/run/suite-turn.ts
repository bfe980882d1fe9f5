import {join} from 'node:path'
import type {SuiteName} from '../events.ts'
import {withLock} from '../lock.ts'
import type {TaskContext} from './context.ts'

/** How often a suite looks whether its turn has come, in milliseconds. */
const POLL_MS = 100
/** What the programs of a suite know its turn by: one that validates something itself would wait for its own end. */
const TURN = 'CONDUCT_SUITE_TURN'

export interface TurnRequest {
  /** The state directory: what all of conduct shares on this machine. */
  readonly stateDir: string
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  /** Ends the wait. */
  readonly signal: AbortSignal
  /** Told once, when another suite runs. */
  onWait?(): void | Promise<void>
}

/** One test suite at a time per machine, across tasks, commands and processes. */
export async function inSuiteTurn<T>({stateDir, hostEnv, signal, onWait}: TurnRequest, work: () => Promise<T>): Promise<T> {
  const file = lockOf(stateDir)
  if (hostEnv[TURN] === file) return work()
  return withLock(file, work, {signal, pollMs: POLL_MS, ...(onWait ? {onWait} : {})})
}

/** For the environment of what runs in a turn. */
export function turnVariables(stateDir: string): Readonly<Record<string, string>> {
  return {[TURN]: lockOf(stateDir)}
}

const lockOf = (stateDir: string) => join(stateDir, 'locks', 'test-suite.lock')

/** The same for a suite of a task, whose waiting is in its log. */
export async function alone<T>({config, places, hostEnv, signal, log}: TaskContext, suite: SuiteName, work: () => Promise<T>): Promise<T> {
  if (!config.limits.exclusiveTests) return work()
  let hasWaited = false
  const onWait = async () => {
    hasWaited = true
    await log.append({type: 'suite.waiting', ...suite})
  }
  return inSuiteTurn({stateDir: places.stateDir, hostEnv, signal, onWait}, async () => {
    if (hasWaited) await log.append({type: 'suite.resumed', ...suite})
    return work()
  })
}
