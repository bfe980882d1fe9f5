import * as z from 'zod'
import {ROLES} from '../../agents/agent.ts'
import {configSchema} from '../../config/schema.ts'
import {BUDGETS, type BudgetName, type CallEvent, type EventData} from '../../events.ts'

/** What the log of a task is made of. */
type TaskEventData = Exclude<EventData, CallEvent>
type Fields<Type extends TaskEventData['type']> = Omit<Extract<TaskEventData, {type: Type}>, 'type'>

const text = z.string()
const texts = z.array(text)
const count = z.int().min(0)
const maybe = <Schema extends z.ZodType>(schema: Schema) => z.exactOptional(schema)
const number = maybe(z.number())
const usage = z.object({
  tokens: z.number(),
  usd: number,
  input: number,
  cacheRead: number,
  cacheWrite: number,
  output: number,
  reasoning: number,
})
const raised = Object.fromEntries(BUDGETS.map((name) => [name, number] as const)) as Record<BudgetName, typeof number>
const role = z.enum(ROLES)

/** Becomes part of paths and refs. */
const slug = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)

const criterion = z.object({id: text, text, code: texts, check: maybe(text), line: count})

const spec = z.object({
  title: text,
  phases: z.array(
    z.object({
      index: z.int().min(1),
      name: text,
      title: text,
      tasks: texts,
      modules: z.array(z.object({name: text, slug, owns: texts})),
      testCommand: text,
      criteria: z.array(criterion),
      gotchas: texts,
      files: texts,
      dependsOn: texts,
      allowTodo: z.boolean(),
      setupCommand: maybe(text),
      timeoutMs: maybe(z.number()),
      agent: maybe(text),
      line: count,
    }),
  ),
})

const finding = z.object({
  message: text,
  file: maybe(text),
  line: maybe(z.number()),
  test: maybe(text),
  preExisting: maybe(z.boolean()),
  flaky: maybe(z.boolean()),
})

const review = z.object({kind: z.literal('review'), phase: count})
const subject = z.union([
  z.object({kind: z.enum(['module', 'merge']), phase: count, module: text}),
  z.object({kind: z.literal('phase'), phase: count}),
  review,
  z.object({kind: z.literal('audit'), phase: z.literal(0)}),
  z.object({kind: z.literal('finish')}),
])

const suite = {subject: maybe(subject), baseline: maybe(text)}
const more = {usage: maybe(usage), session: maybe(text)}
const outcome = z.discriminatedUnion('status', [
  z.object({status: z.literal('finished'), summary: maybe(text), ...more}),
  z.object({status: z.literal('failed'), cause: text, retryable: z.boolean(), transient: maybe(z.boolean()), ...more}),
  z.object({status: z.literal('rate-limited'), retryAfterMs: z.number(), ...more}),
  z.object({status: z.literal('stalled'), silentMs: z.number()}),
  z.object({status: z.literal('timed-out'), limitMs: z.number()}),
  z.object({status: z.literal('over-budget'), usd: z.number(), limit: maybe(text)}),
  z.object({status: z.literal('cancelled')}),
])

const receipt = z.object({
  reachable: z.boolean(),
  hunks_checked: count,
  hunks_lost: texts,
  conflicts: texts,
  resolved_by: maybe(role),
})

const verdict = z.object({
  validator: text,
  status: z.enum(['pass', 'fail', 'skip']),
  executed: z.number().nullable(),
  findings: z.array(finding),
  evidence: text,
  duration_ms: z.number(),
  log_file: maybe(text),
})

const criterionVerdict = z.object({id: text, text, verdict: z.enum(['met', 'unmet', 'unverified']), check: text, evidence: text})
const claim = z.object({
  id: text,
  verdict: criterionVerdict.shape.verdict,
  evidence: maybe(
    z.discriminatedUnion('kind', [
      z.object({kind: z.literal('place'), file: text, line: count, quote: text}),
      z.object({kind: z.literal('command'), command: text}),
    ]),
  ),
  reason: maybe(text),
  carried: maybe(z.boolean()),
})
const worktree = {name: text, phase: count, path: text, branch: text, base_sha: text}

/** Parsed with the schema of the configuration whenever it is read. */
const config = z.custom<unknown>((value) => configSchema.safeParse(value).success, 'not a configuration of this version of conduct')

/** One for each type of event: the compiler complains when one is missing or says something else than the type. */
const SCHEMAS: {readonly [Type in TaskEventData['type']]: z.ZodType<Fields<Type>>} = {
  'task.started': z.object({
    task_id: text,
    description: text,
    working_directory: text,
    repository: text,
    base: z.object({branch: text, sha: text, tree: maybe(text)}),
    spec: z.object({path: text, sha256: text, text, parsed: spec}).nullable(),
    config,
    prompts: z.record(text, text),
    conduct_version: text,
    hooks: text,
    validator_files: z.record(text, text).optional(),
  }),
  'runner.started': z.object({
    epoch: count,
    pid: count,
    host: text,
    conduct_version: text,
    checkout_changes: texts,
    missing_agents: maybe(z.array(z.object({name: text, problem: text}))),
  }),
  'runner.stopped': z.object({epoch: count, reason: text, exit_code: count}),
  'orphans.killed': z.object({pids: z.array(count)}),
  'drift.repaired': z.object({what: text}),
  'spec.accepted': z.object({sha256: text, spec, text}),
  'phase.started': z.object({phase: count, base_sha: text}),
  'worktree.creating': z.object(worktree),
  'worktree.created': z.object({...worktree, git_dir: text}),
  'worktree.removed': z.object({name: text, path: text}),
  'worktree.merged': z.object({name: text, sha: text, merge_sha: text, receipt}),
  'attempt.starting': z.object({
    attempt_id: text,
    subject,
    role,
    backend: text,
    model: maybe(text),
    why: maybe(text),
    number: count,
    cwd: text,
    start_sha: text,
    transcript: text,
  }),
  'attempt.started': z.object({attempt_id: text, pid: count}),
  'attempt.ended': z.object({
    attempt_id: text,
    outcome,
    usage,
    duration_ms: number,
    turns: maybe(count),
    session: maybe(text),
    agent: maybe(z.object({version: maybe(text), model: maybe(text)})),
    retry_at: maybe(text),
  }),
  'attempt.interrupted': z.object({attempt_id: text, kept: maybe(text)}),
  'attempt.strayed': z.object({attempt_id: text, what: text}),
  'work.committed': z.object({subject, attempt_id: text.optional(), sha: text, files_changed: count, change: maybe(text)}),
  'work.rejected': z.object({subject, attempt_id: text, findings: z.array(finding), tree: maybe(text)}),
  'module.merging': z.object({phase: count, module: text, sha: text}),
  'module.conflicted': z.object({phase: count, module: text, sha: text, files: texts}),
  'module.merged': z.object({phase: count, module: text, sha: text, merge_sha: text, receipt}),
  'baseline.started': z.object({key: text, sha: text, script: text}),
  'baseline.recorded': z.object({
    key: text,
    failing: texts.nullable(),
    failing_digests: maybe(texts),
    exit_code: z.number().nullable(),
    log_file: maybe(text),
  }),
  'suite.waiting': z.object(suite),
  'suite.resumed': z.object(suite),
  'validation.started': z.object({subject, round: count, sha: text}),
  'validation.finished': z.object({
    subject,
    round: count,
    sha: text,
    tree: maybe(text),
    passed: z.boolean(),
    verdicts: z.array(verdict),
    criteria: z.array(criterionVerdict),
  }),
  'review.answered': z.object({subject: review, sha: text, attempt_id: maybe(text), claims: z.array(claim), problem: maybe(text)}),
  'review.finished': z.object({subject: review, sha: text, passed: z.boolean(), criteria: z.array(criterionVerdict)}),
  'audit.finished': z.object({sha: text, attempt_id: text, verdict}),
  'checkpoint.created': z.object({
    id: text,
    phase: text,
    sha: text,
    message: text,
    ref: text,
    branch: text,
    working_directory: maybe(text),
    safety: z.boolean(),
    rollback_to: maybe(text),
    staged_ref: maybe(text),
  }),
  'phase.completed': z.object({phase: count, name: text, checkpoint_id: text}),
  'rolled.back': z.object({checkpoint_id: text, sha: text, safety_checkpoint: text}),
  'finish.prepared': z.object({base_sha: text, sha: text, mode: z.enum(['merge', 'ff', 'squash', 'none'])}),
  'approval.requested': z.object({sha: text}),
  'approval.given': z.object({sha: text}),
  'finish.merging': z.object({base_sha: text, sha: text}),
  'finish.merged': z.object({branch: text, sha: text}),
  'finish.blocked': z.object({reason: text, command: text}),
  'checkout.changed': z.object({files: texts}),
  'hook.skipped': z.object({hook: text, why: text}),
  'task.paused': z.object({reason: text, until: z.iso.datetime()}),
  'task.unpaused': z.object({}),
  'cancel.requested': z.object({}),
  'attempts.granted': z.object({phase: count, count}),
  'task.completed': z.object({sha: text, reason: text, overruled: maybe(texts)}),
  'task.failed': z.object({reason: text, exit_code: count, phase: maybe(count), module: maybe(text)}),
  'task.cancelled': z.object({reason: text}),
  'task.reopened': z.object({
    limits: maybe(z.object(raised)),
  }),
  'request.answered': z.object({request_id: text, operation: text, result: z.unknown()}),
}

/** What is wrong with an event that somebody else wrote; `undefined` when it is one. */
export function problemOf(event: unknown): string | undefined {
  const {type} = typeof event === 'object' && event !== null && 'type' in event ? event : {type: undefined}
  if (typeof type !== 'string' || !Object.hasOwn(SCHEMAS, type))
    return `${JSON.stringify(type) ?? 'nothing'} is no type of event that this version of conduct knows`
  // Only its own keys get here.
  const result = SCHEMAS[type as TaskEventData['type']].safeParse(event)
  if (result.success) return undefined
  const [issue] = result.error.issues
  return `${type}: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}`
}
