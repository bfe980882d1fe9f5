import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {ConductError} from '../errors.ts'
import type {BaselineRecorded} from '../events.ts'
import {treeOf} from '../git/refs.ts'
import type {Phase} from '../spec/spec.ts'
import {moveScript, packBaseline, readBaseline, type Baseline} from '../validators/baseline.ts'
import {baselineKey} from './baseline-key.ts'
import type {TaskContext} from './context.ts'
import {alone, turnVariables} from './suite-turn.ts'
import {checkEnvironment, withCheckout} from './worktree-steps.ts'

/** What the phase's test command says of the commit the task began at: old failures are told from new ones. */
export async function performBaseline(context: TaskContext, index: number, key: string): Promise<void> {
  const {log} = context
  const phase = log.state.phases[index - 1]?.phase
  if (!phase) throw new Error(`Internal error: no phase ${index}`)
  // What every worktree needs must succeed here too; a program that is installed later must not find it recorded as unknown.
  const mayLack = phase.setupCommand !== undefined
  const run = {key, sha: log.state.started.base.sha, phase, mayLack, scriptIn: () => phase.testCommand}
  await record(context, run, (work) => alone(context, {baseline: key}, work))
}

export interface SuiteBaselineRequest {
  /** Commit that the work under validation began from. */
  readonly base: string
  /** The checkout under validation. */
  readonly cwd: string
  /** The one whose setup the checkout had. */
  readonly phase: Phase | undefined
}

/**
 * How validators' suites do on the base, each run there once per tree and task, when it is asked for. Call it only in the
 * turn of the validation that asks: a suite on the base is part of that turn.
 */
export function suiteBaselines(context: TaskContext, {base, cwd, phase}: SuiteBaselineRequest) {
  const {git, log} = context
  return async (script: string): Promise<Baseline | undefined> => {
    const scriptIn = (place: string) => moveScript(script, cwd, place)
    // The checkout is another one each time.
    const key = baselineKey({tree: await treeOf(git, base), script: scriptIn('.'), setup: phase?.setupCommand})
    if (!log.state.baselines[key]) await record(context, {key, sha: base, phase, mayLack: true, scriptIn}, (work) => work())
    return log.state.baselines[key]
  }
}

interface BaseRun {
  readonly key: string
  readonly sha: string
  readonly phase: Phase | undefined
  /** A setup that is made for the work need not succeed before it: then nothing is known of the base. */
  readonly mayLack: boolean
  /** The script, for a checkout at this path. */
  scriptIn(cwd: string): string
}

type Turn = <T>(work: () => Promise<T>) => Promise<T>

/** Runs a suite on a clean checkout of the base and records what failed; nothing when the signal aborts. */
async function record(context: TaskContext, run: BaseRun, inTurn: Turn): Promise<void> {
  const {log, places, signal} = context
  const {key, sha, phase} = run
  const logDir = join(places.logs, `baseline-${key}`)
  await mkdir(logDir, {recursive: true})
  await log.append({type: 'baseline.started', key, sha, script: run.scriptIn('.')})
  const baseline = await withCheckout(context, sha, `baseline-${key}`, phase, (cwd) =>
    inTurn(() => readBaseline(requestOf(context, run, {cwd, logDir}))),
  ).catch((error: unknown) => {
    if (run.mayLack && error instanceof ConductError && error.code === 'TOOL_MISSING') return undefined
    throw error
  })
  if (!signal.aborted) await log.append(toEvent(key, baseline, join(logDir, 'output.log')))
}

function requestOf(context: TaskContext, {key, scriptIn}: BaseRun, {cwd, logDir}: {readonly cwd: string; readonly logDir: string}) {
  const {config, places, log, signal} = context
  const env = {...checkEnvironment(context, cwd), ...turnVariables(places.stateDir)}
  const limits = {validationMs: config.limits.validation}
  return {cwd, script: scriptIn(cwd), limits, env, marker: `${log.taskId}/baseline-${key}`, logDir, signal}
}

function toEvent(key: string, baseline: Baseline | undefined, logFile: string): BaselineRecorded {
  if (!baseline) return {type: 'baseline.recorded', key, failing: null, exit_code: null}
  const {failing, digests, exitCode} = packBaseline(baseline)
  const more = {...(digests ? {failing_digests: digests} : {}), log_file: logFile}
  return {type: 'baseline.recorded', key, failing, exit_code: exitCode, ...more}
}
