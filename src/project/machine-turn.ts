import {access, constants, mkdir} from 'node:fs/promises'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {stateDir} from '../config/state-dir.ts'
import {inSuiteTurn, turnVariables} from '../run/suite-turn.ts'

export interface MachineTurnRequest {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ends the wait. */
  readonly signal: AbortSignal
  /** Told once for each suite that waits. */
  onWait(): void
}

/** How suites without a task take turns with those of runs. */
export interface MachineTurn {
  /** For the environment of the suites. */
  readonly variables: Readonly<Record<string, string>>
  inTurn<T>(suite: () => Promise<T>): Promise<T>
}

/** A check keeps no state: where there is no folder for it that can be written, it waits for nobody. */
export function createMachineTurn({env, signal, onWait}: MachineTurnRequest): MachineTurn {
  const folder = findStateDir(env)
  if (folder === undefined) return {variables: {}, inTurn: (suite) => suite()}
  const request = {stateDir: folder, hostEnv: env, signal, onWait}
  const inTurn = async <T>(suite: () => Promise<T>) => ((await canWrite(folder)) ? inSuiteTurn(request, suite) : suite())
  return {variables: turnVariables(folder), inTurn}
}

function findStateDir(env: MachineTurnRequest['env']): string | undefined {
  try {
    return stateDir({HOME: homedir(), ...env})
  } catch {
    return undefined
  }
}

async function canWrite(folder: string): Promise<boolean> {
  const locks = join(folder, 'locks')
  return mkdir(locks, {recursive: true, mode: 0o700})
    .then(() => access(locks, constants.W_OK))
    .then(
      () => true,
      () => false,
    )
}
