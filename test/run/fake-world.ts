import type {AgentOutcome, Role} from '../../src/agents/agent.ts'
import type {CriterionVerdict, EventData, Receipt, ReviewSubject, Subject} from '../../src/events.ts'
import type {Step} from '../../src/run/step.ts'
import {findModule, type TaskState} from '../../src/tasks/state.ts'

/** Answers with a number below `count`: how the world turns out. 0 is always the good end. */
export type Choose = (count: number) => number

/** What one step writes, append after append. It may be cut off between two of them, as a killed runner is. */
export type Course = Generator<readonly EventData[], void, void>

/** A world without git and agents: it performs the steps of `decide` on the log alone. */
export class FakeWorld {
  readonly #choose: Choose
  #attempts: number
  #commits: number

  /** @param seed higher than that of another world on the same log: ids and commits are never the same. */
  constructor(choose: Choose, seed = 0) {
    this.#choose = choose
    this.#attempts = seed
    this.#commits = seed
  }

  *perform(step: Step, state: () => TaskState): Course {
    switch (step.type) {
      case 'start-phase':
        return yield [{type: 'phase.started', phase: step.phase, base_sha: state().integrationSha}]
      case 'record-baseline':
        return yield [{type: 'baseline.recorded', key: step.key, failing: [], exit_code: 0}]
      case 'prepare-worktree':
        return yield* this.#prepare(step.phase, step.module)
      case 'attempt':
        return yield* this.#attempt(step)
      case 'commit':
        return yield [...this.#commit(step.subject, step.attemptId, state())]
      case 'merge':
        return yield* this.#merge(step.phase, step.module, state)
      case 'remove-worktree':
        return yield [{type: 'worktree.removed', name: step.worktree.name, path: step.worktree.path}]
      case 'validate':
        return yield* this.#validate(step, state)
      case 'review':
        return yield* this.#review(step, state)
      case 'check-review':
        return yield [this.#checkReview(step.subject, state())]
      case 'audit':
        return yield* this.#audit(step.number, state)
      case 'complete-phase':
        return yield [...completePhase(step.phase, state())]
      case 'prepare-finish':
        return yield [this.#prepareFinish(state())]
      case 'finish':
        return yield* finish(state)
      case 'clean-up':
        return yield [{type: 'task.completed', sha: state().integrationSha, reason: 'Done.'}]
      case 'fail':
        return yield [{type: 'task.failed', reason: step.reason, exit_code: step.exitCode, ...placeOf(step)}]
      case 'wait':
        return yield [{type: 'task.unpaused'}]
      case 'cancel':
        return yield [{type: 'task.cancelled', reason: 'Cancelled.'}]
    }
  }

  *#prepare(phase: number, name: string): Course {
    const place = {name, phase, path: `/trees/p${phase}-${name}`, branch: `refs/heads/p${phase}/${name}`, base_sha: this.#sha()}
    yield [{type: 'worktree.creating', ...place}]
    yield [{type: 'worktree.created', ...place, git_dir: `/git/p${phase}-${name}`}]
  }

  *#attempt({subject, role, number}: Extract<Step, {type: 'attempt'}>): Course {
    const id = yield* this.#launch(subject, role, number)
    yield [{type: 'attempt.ended', attempt_id: id, outcome: this.#pick(OUTCOMES), usage: {tokens: 1, usd: 0}}]
  }

  *#merge(phase: number, module: string, state: () => TaskState): Course {
    const sha = findModule(state(), phase, module)?.sha ?? ''
    yield [{type: 'module.merging', phase, module, sha}]
    if (this.#choose(3) === 1) yield [{type: 'module.conflicted', phase, module, sha, files: ['shared']}]
    else yield [merged(phase, module, sha, this.#sha())]
  }

  *#validate({subject, round}: Extract<Step, {type: 'validate'}>, state: () => TaskState): Course {
    const sha = (subject.kind === 'finish' ? state().finish.prepared?.sha : state().integrationSha) ?? ''
    yield [{type: 'validation.started', subject, round, sha}]
    const criteria = this.#choose(2) === 1 ? [OPEN] : []
    yield [{type: 'validation.finished', subject, round, sha, passed: this.#choose(3) !== 1, verdicts: [], criteria}]
  }

  *#review({subject, number}: Extract<Step, {type: 'review'}>, state: () => TaskState): Course {
    const [sha, id] = [shaOf(subject, state()), yield* this.#launch(subject, 'code-reviewer', number)]
    const outcome = this.#pick(OUTCOMES)
    const answer: EventData = {
      type: 'review.answered',
      subject,
      sha,
      claims: [],
      ...(outcome.status === 'finished' ? {} : {problem: 'none'}),
    }
    yield [
      {type: 'attempt.ended', attempt_id: id, outcome, usage: {tokens: 1, usd: 0}},
      ...(outcome.status === 'cancelled' ? [] : [answer]),
    ]
  }

  #checkReview(subject: ReviewSubject, state: TaskState): EventData {
    const verdict = this.#pick(['met', 'unmet', 'unverified'] as const)
    return {type: 'review.finished', subject, sha: shaOf(subject, state), passed: verdict === 'met', criteria: [{...OPEN, verdict}]}
  }

  *#audit(number: number, state: () => TaskState): Course {
    const subject = {kind: 'audit', phase: 0} as const
    const [sha, id] = [state().finish.prepared?.sha ?? '', yield* this.#launch(subject, 'security-auditor', number)]
    const outcome = this.#pick(OUTCOMES)
    const status = this.#pick(['pass', 'fail'] as const)
    const verdict = {validator: 'security-audit', status, executed: null, findings: [], evidence: '', duration_ms: 1}
    const answer: EventData =
      this.#choose(4) === 1
        ? {type: 'work.rejected', subject, attempt_id: id, findings: [{message: 'It wrote no answer.'}]}
        : {type: 'audit.finished', sha, attempt_id: id, verdict}
    yield [{type: 'attempt.ended', attempt_id: id, outcome, usage: {tokens: 1, usd: 0}}, ...(outcome.status === 'finished' ? [answer] : [])]
  }

  *#launch(subject: Subject, role: Role, number: number): Generator<readonly EventData[], string, void> {
    const id = `a${++this.#attempts}`
    const place = {backend: 'command', number, cwd: '/trees', start_sha: this.#sha(), transcript: '/t'}
    yield [{type: 'attempt.starting', attempt_id: id, subject, role, ...place}]
    yield [{type: 'attempt.started', attempt_id: id, pid: 1}]
    return id
  }

  #commit(subject: Subject, attemptId: string, state: TaskState): readonly EventData[] {
    if (this.#choose(4) === 1) return [{type: 'work.rejected', subject, attempt_id: attemptId, findings: [{message: 'Nothing changed.'}]}]
    const sha = this.#sha()
    const committed = {type: 'work.committed', subject, attempt_id: attemptId, sha, files_changed: 1} as const
    if (subject.kind !== 'merge') return [committed]
    const theirs = subject.phase === 0 ? state.finish.conflict?.sha : findModule(state, subject.phase, subject.module)?.sha
    return [committed, merged(subject.phase, subject.module, theirs ?? '', sha)]
  }

  #prepareFinish(state: TaskState): EventData {
    const how = this.#choose(5)
    if (how === 1) return merged(0, 'base', 'moved', this.#sha())
    if (how === 2) return {type: 'module.conflicted', phase: 0, module: 'base', sha: 'moved', files: ['shared']}
    return {type: 'finish.prepared', base_sha: state.started.base.sha, sha: this.#sha(), mode: 'merge'}
  }

  #sha(): string {
    return `sha-${++this.#commits}`
  }

  #pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.#choose(items.length)] ?? items[0]
  }
}

const OUTCOMES: readonly [AgentOutcome, ...AgentOutcome[]] = [
  {status: 'finished'},
  {status: 'finished'},
  {status: 'failed', cause: 'crashed', retryable: true},
  {status: 'failed', cause: 'no key', retryable: false},
  {status: 'stalled', silentMs: 1000},
  {status: 'timed-out', limitMs: 1000},
  {status: 'rate-limited', retryAfterMs: 1000},
  {status: 'cancelled'},
]

const OPEN: CriterionVerdict = {id: 'p1.c1', text: 'It is fast', verdict: 'unverified', check: 'none', evidence: ''}

function shaOf({phase}: ReviewSubject, state: TaskState): string {
  return (phase === 0 ? state.finish.validation?.sha : state.phases[phase - 1]?.validation?.sha) ?? ''
}

const RECEIPT: Receipt = {reachable: true, hunks_checked: 1, hunks_lost: [], conflicts: []}

const merged = (phase: number, module: string, sha: string, mergeSha: string): EventData => ({
  type: 'module.merged',
  phase,
  module,
  sha,
  merge_sha: mergeSha,
  receipt: RECEIPT,
})

function completePhase(index: number, state: TaskState): readonly EventData[] {
  const id = `c${state.checkpoints.length + 1}`
  const name = state.phases[index - 1]?.phase.name ?? ''
  const facts = {phase: name, sha: state.integrationSha, message: name, ref: `refs/conduct/${id}`, branch: 'refs/heads/x/integration'}
  return [
    {type: 'checkpoint.created', id, ...facts, safety: false},
    {type: 'phase.completed', phase: index, name, checkpoint_id: id},
  ]
}

function* finish(state: () => TaskState): Course {
  const {baseSha = '', sha = ''} = state().finish.prepared ?? {}
  yield [{type: 'finish.merging', base_sha: baseSha, sha}]
  yield [{type: 'finish.merged', branch: 'refs/heads/main', sha}]
}

function placeOf({phase, module}: Extract<Step, {type: 'fail'}>) {
  return {...(phase === undefined ? {} : {phase}), ...(module === undefined ? {} : {module})}
}
