import * as z from 'zod'
import {ConductError} from '../../errors.ts'
import type {NamedVerdict, Subject, ValidationFinished} from '../../events.ts'
import {readCheckout} from '../../git/checkout.ts'
import {findPhase} from '../../spec/find-phase.ts'
import type {Phase} from '../../spec/spec.ts'
import {requireOwnFolder} from '../../tasks/operations/foreign.ts'
import {defineOperation} from '../../tasks/operations/operation.ts'
import {refuseEnded} from '../../tasks/operations/refusals.ts'
import {judgedCriterion, label, requestId, sha, taskId, workingDirectory} from '../../tasks/operations/schemas.ts'
import {withJudge} from '../../tasks/judge.ts'
import type {TaskState} from '../../tasks/state.ts'
import {shortBranch} from '../../tasks/views.ts'
import {taskBaselineKey} from '../baseline-key.ts'
import {performBaseline} from '../baselines.ts'
import type {TaskContext} from '../context.ts'
import {checkName, proveCommit} from '../validation.ts'
import {openContext, outputsOf} from './context.ts'

const finding = z.object({
  message: z.string(),
  file: z.string().nullable(),
  line: z.int().nullable().describe('Counts from 1.'),
  test: z.string().nullable(),
  pre_existing: z.boolean().describe('The commit that the task began at has it too.'),
  flaky: z.boolean().describe('Failed once and passed when repeated.'),
})

const verdict = z.object({
  validator: z.string(),
  status: z.enum(['pass', 'fail', 'skip']),
  executed: z.int().nullable().describe('How many tests or files were checked; null when that cannot be counted.'),
  findings: z.array(finding),
  evidence: z.string(),
  duration_ms: z.number(),
})

export const validatePhase = defineOperation({
  name: 'validate_phase',
  title: 'Validate phase',
  summary:
    "Run the phase's test command, its success criteria and the validators on a clean checkout of what is committed. " +
    'The result is recorded: after a failure the phase cannot be marked complete until it passes.',
  isReadOnly: false,
  hints: {isIdempotent: true},
  input: z.strictObject({
    task_id: taskId,
    phase_name: label.describe('Name of the phase as in the spec.'),
    working_directory: workingDirectory.optional().describe('A checkout whose commit is checked; the one of the task when absent.'),
    request_id: requestId,
  }),
  output: z.object({
    passed: z.boolean(),
    phase: z.string(),
    sha: sha.describe('The commit that was checked.'),
    branch: z.string().nullable(),
    round: z.int().describe('How often this phase has been validated.'),
    verdicts: z.array(verdict),
    criteria: z.array(judgedCriterion),
    uncommitted: z.array(z.string()).describe('Files of the working directory that are not committed, so they were not checked.'),
    log_dir: z.string().describe('Folder with the full outputs.'),
  }),
  async handle({task_id, phase_name, working_directory}, services) {
    return services.withTask(task_id, async (log) => {
      refuseEnded(log.state)
      const phase = phaseOf(log.state, phase_name)
      const path = await requireOwnFolder(working_directory ?? log.state.started.working_directory, services, log.state)
      const context = await openContext(log, services)
      const checkout = await readCheckout(context.git, path)
      if (checkout.sha === undefined) throw noCommit(path)
      const onProgress = (message: string) => services.onProgress?.(message)
      await ensureBaseline(context, phase, onProgress)
      onProgress(`Checking ${phase.name} at ${checkout.sha.slice(0, 9)}`)
      const validation = await prove(context, phase, checkout.sha, ({validator, status}) => onProgress(`${validator}: ${status}`))
      return {
        ...viewValidation(validation),
        phase: phase.name,
        branch: checkout.branch === undefined ? null : shortBranch(checkout.branch),
        uncommitted: [...checkout.changed, ...checkout.untracked],
        log_dir: outputsOf(context, checkName(validation.subject, validation.round)),
      }
    })
  },
})

function phaseOf({started}: TaskState, name: string): Phase {
  if (started.spec) return findPhase(started.spec.parsed, name)
  throw new ConductError('SPEC_NOT_FOUND', `Task ${started.task_id} was started without a spec, so it has no phases to validate.`, [
    'Run the validators alone: conduct validate',
  ])
}

const noCommit = (path: string) =>
  new ConductError('NO_COMMIT', `${path} has no commit yet, so there is nothing to validate.`, ['Commit what is there first.'])

/** What the test command said before the task began is asked once, as in a run. */
async function ensureBaseline(context: TaskContext, phase: Phase, onProgress: (message: string) => void): Promise<void> {
  const {log} = context
  const key = taskBaselineKey(log.state, phase)
  if (phase.testCommand === '' || log.state.baselines[key]) return
  onProgress('Running the test command on the commit that the task began at')
  await performBaseline(context, phase.index, key)
  context.signal.throwIfAborted()
}

async function prove(
  context: TaskContext,
  phase: Phase,
  commit: string,
  onVerdict: (verdict: NamedVerdict) => void,
): Promise<ValidationFinished> {
  const {log, signal} = context
  const subject: Subject = {kind: 'phase', phase: phase.index}
  const round = (validationOf(log.state, phase)?.round ?? 0) + 1
  await proveCommit(context, {subject, round, sha: commit, onVerdict})
  signal.throwIfAborted()
  const validation = validationOf(log.state, phase)
  if (!validation) throw new Error(`Internal error: no validation of ${phase.name} is in the log`)
  return validation
}

const validationOf = (state: TaskState, {index}: Phase) => state.phases[index - 1]?.validation

function viewValidation({passed, sha: commit, round, verdicts, criteria}: ValidationFinished) {
  return {
    passed,
    sha: commit,
    round,
    verdicts: verdicts.map(({findings, ...rest}) => ({...rest, findings: findings.map(viewFinding)})),
    criteria: criteria.map((criterion) => withJudge(criterion)),
  }
}

function viewFinding({message, file, line, test, preExisting, flaky}: NamedVerdict['findings'][number]): z.output<typeof finding> {
  return {
    message,
    file: file ?? null,
    line: line ?? null,
    test: test ?? null,
    pre_existing: preExisting ?? false,
    flaky: flaky ?? false,
  }
}
