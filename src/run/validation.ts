import {join} from 'node:path'
import type {NamedVerdict, Subject} from '../events.ts'
import {readCheckout} from '../git/checkout.ts'
import {treeOf} from '../git/refs.ts'
import {openTree} from '../git/tree.ts'
import type {Phase} from '../spec/spec.ts'
import {subjectKey, type TaskState} from '../tasks/state.ts'
import {validate, type Validation} from '../validators/engine.ts'
import {taskBaselineKey} from './baseline-key.ts'
import {suiteBaselines} from './baselines.ts'
import {readBeforeRepairs} from './before-repairs.ts'
import {refuseMissingTools} from '../validators/missing-tools.ts'
import type {RunContext, TaskContext} from './context.ts'
import {alone, turnVariables} from './suite-turn.ts'
import {checkEnvironment, withCheckout} from './worktree-steps.ts'

/** Proves what a run has made so far on a clean checkout that no agent has seen. */
export async function performValidation(context: RunContext, subject: Subject, round: number): Promise<void> {
  const {log} = context
  await reportCheckout(context)
  const sha = subject.kind === 'finish' ? log.state.finish.prepared?.sha : log.state.integrationSha
  if (sha === undefined) throw new Error(`Internal error: nothing to validate for ${subjectKey(subject)}`)
  await proveCommit(context, {subject, round, sha})
}

export interface ProofRequest {
  readonly subject: Subject
  readonly round: number
  readonly sha: string
  /** Told as soon as each verdict is known. */
  onVerdict?(verdict: NamedVerdict): void
}

/**
 * Proves one commit and records the verdicts; when the signal aborts it records none.
 *
 * @throws {ConductError} `TOOL_MISSING` when a validator's program is not installed; nothing is recorded then either
 */
export async function proveCommit(context: TaskContext, {subject, round, sha, onVerdict}: ProofRequest): Promise<void> {
  const {log} = context
  await log.append({type: 'validation.started', subject, round, sha})
  const phases = log.state.phases.map(({phase}) => phase)
  const scope = subject.kind === 'phase' ? phases.filter(({index}) => index === subject.phase) : phases
  const name = checkName(subject, round)
  const result = await withCheckout(context, sha, name, scope.at(-1), (cwd) =>
    alone(context, {subject}, () =>
      validatePhases(context, {cwd, subject, sha, base: baseOf(log.state, subject, sha), scope, name, ...(onVerdict ? {onVerdict} : {})}),
    ),
  )
  if (context.signal.aborted) return
  refuseMissingTools(result.verdicts)
  await log.append({type: 'validation.finished', subject, round, sha, tree: await treeOf(context.git, sha), ...result})
}

/** Of the checkout and of the folder below `logs`. */
export const checkName = (subject: Subject, round: number): string => `check-${subjectKey(subject).replaceAll('/', '-')}-${round}`

/** An agent may have written in the person's checkout instead of its worktree: that is said while it is fresh. */
async function reportCheckout({git, log}: RunContext): Promise<void> {
  const {changed, untracked} = await readCheckout(git, log.state.started.working_directory)
  const files = [...changed, ...untracked].filter((file) => !log.state.knownChanges.includes(file))
  if (files.length > 0) await log.append({type: 'checkout.changed', files})
}

/**
 * What the work under validation began from. A phase is not blamed for what an earlier one left, but for what it took
 * from it; a finish not for what others did to the branch meanwhile.
 */
export function baseOf({started, phases, checkpoints, finish}: TaskState, subject: Subject, sha: string): string {
  if (subject.kind !== 'phase') {
    const landsOn = finish.prepared?.baseSha
    return landsOn === undefined || landsOn === sha ? started.base.sha : landsOn
  }
  const {baseSha} = phases[subject.phase - 1] ?? {}
  if (baseSha) return baseSha
  // Conducted by hand, a phase has no beginning of its own: it is the checkpoint of the one before.
  const before = phases[subject.phase - 2]?.checkpointId
  return checkpoints.find(({id}) => id === before)?.sha ?? started.base.sha
}

interface Scope {
  readonly cwd: string
  readonly subject: Subject
  readonly sha: string
  readonly base: string
  readonly scope: readonly Phase[]
  readonly name: string
  readonly onVerdict?: (verdict: NamedVerdict) => void
}

/** One phase, or at the finish every phase's test command and criteria, the validators once. */
async function validatePhases(context: TaskContext, {cwd, subject, sha, base, scope, name, onVerdict}: Scope): Promise<Validation> {
  const {git, log, config, places, validators, signal, now} = context
  const beforeRepairs = await readBeforeRepairs(git, log.state, subject, sha)
  const tree = {...(await openTree(git, {sha, base})), ...(beforeRepairs ? {beforeRepairs} : {})}
  const suiteBaseline = suiteBaselines(context, {base, cwd, phase: scope.at(-1)})
  const results: Validation[] = []
  // A suite that proves several phases runs once: their test commands are often the same.
  const knownTests = new Map<string, NamedVerdict>()
  for (const [index, phase] of scope.entries()) {
    const isLast = index === scope.length - 1
    const place = scope.length === 1 ? name : `${name}/p${phase.index}`
    const result = await validate({
      cwd,
      tree,
      phase,
      scope,
      validators: isLast ? validators : [],
      limits: {validationMs: config.limits.validation},
      env: {...checkEnvironment(context, cwd), ...turnVariables(places.stateDir)},
      marker: `${log.taskId}/${place}`,
      logDir: join(places.logs, place),
      signal,
      strict: config.strict,
      knownTests: knownTests.get(phase.testCommand),
      ...(onVerdict ? {onVerdict} : {}),
      baseline: log.state.baselines[taskBaselineKey(log.state, phase)],
      suiteBaseline,
      now,
    })
    const tests = result.verdicts.find(({validator}) => validator === 'test-command')
    if (tests) knownTests.set(phase.testCommand, tests)
    results.push(scope.length === 1 ? result : named(result, phase.name))
  }
  return {
    passed: results.every(({passed}) => passed),
    verdicts: results.flatMap(({verdicts}) => verdicts),
    criteria: results.flatMap(({criteria}) => criteria),
  }
}

function named(result: Validation, phase: string): Validation {
  const verdicts = result.verdicts.map((verdict) =>
    verdict.validator === 'test-command' ? {...verdict, evidence: `${phase}: ${verdict.evidence}`} : verdict,
  )
  return {...result, verdicts}
}
