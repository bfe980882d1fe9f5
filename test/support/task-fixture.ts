import type {Role} from '../../src/agents/agent.ts'
import type {CriterionVerdict, EventData, NamedVerdict, Receipt, Subject, TaskEvent} from '../../src/events.ts'
import type {Phase, Spec} from '../../src/spec/spec.ts'
import {reduce} from '../../src/tasks/reduce.ts'
import type {TaskState} from '../../src/tasks/state.ts'

/** 12:00:00 UTC; every event is a second after the one before. */
export const BEGIN_MS = Date.parse('2026-03-01T12:00:00.000Z')

export const SHA = {
  base: 'a'.repeat(40),
  work: 'b'.repeat(40),
  merge: 'c'.repeat(40),
  final: 'd'.repeat(40),
} as const

/** A log that is written event by event, and folded as it grows. */
export class LogFixture {
  readonly events: TaskEvent[] = []
  /** The state that each event led to. */
  readonly states: TaskState[] = []
  /** How many events there were after each append: what is appended together is there together or not at all. */
  readonly ends: number[] = []

  constructor(...events: readonly EventData[]) {
    this.add(...events)
  }

  get state(): TaskState {
    const state = this.states.at(-1)
    if (!state) throw new Error('the log is empty')
    return state
  }

  add(...events: readonly EventData[]): this {
    for (const event of events) {
      const version = this.events.length + 1
      // A spread of a union is not seen as the union it is.
      const full = {...event, version, at: new Date(BEGIN_MS + (version - 1) * 1000).toISOString()} as TaskEvent
      this.events.push(full)
      this.states.push(reduce(this.states.at(-1), full))
    }
    this.ends.push(this.events.length)
    return this
  }
}

export function createPhase(index: number, title: string, modules: readonly string[], more: Partial<Phase> = {}): Phase {
  return {
    index,
    name: `Phase ${index}: ${title}`,
    title,
    tasks: [],
    modules: modules.map((name) => ({name, slug: name.toLowerCase(), owns: []})),
    testCommand: 'npm test',
    criteria: [],
    gotchas: [],
    files: [],
    dependsOn: [],
    allowTodo: false,
    line: 1,
    ...more,
  }
}

export function taskStarted(...phases: readonly Phase[]): EventData {
  const spec: Spec = {title: 'Ledger', phases}
  return {
    type: 'task.started',
    task_id: 'k3f9abcd',
    description: 'Build the ledger',
    working_directory: '/home/ada/ledger',
    repository: '/home/ada/ledger/.git',
    base: {branch: 'refs/heads/main', sha: SHA.base},
    spec: {path: '.spec/SPEC.md', sha256: 'e'.repeat(64), text: '', parsed: spec},
    config: {},
    prompts: {},
    conduct_version: '0.1.0',
    hooks: '',
  }
}

export const runnerStarted = (epoch = 1): EventData => ({
  type: 'runner.started',
  epoch,
  pid: 4242,
  host: 'here',
  conduct_version: '0.1.0',
  checkout_changes: [],
})

export const moduleSubject = (module: string, phase = 1): Subject => ({kind: 'module', phase, module})

export function worktree(name: string, phase = 1): readonly EventData[] {
  const record = {name, phase, path: `/trees/${name}`, branch: `refs/heads/conduct/k3f9abcd/p${phase}/${name}`, base_sha: SHA.base}
  return [
    {type: 'worktree.creating', ...record},
    {type: 'worktree.created', ...record, git_dir: `/repo/worktrees/${name}`},
  ]
}

export function attempt(id: string, subject: Subject, role: Role = 'implementation-executor', number = 1): EventData {
  return {
    type: 'attempt.starting',
    attempt_id: id,
    subject,
    role,
    backend: 'replay',
    number,
    cwd: '/trees/x',
    start_sha: SHA.base,
    transcript: `/state/transcripts/${id}.ndjson`,
  }
}

export const finished = (id: string, usage = {tokens: 0, usd: 0}): EventData => ({
  type: 'attempt.ended',
  attempt_id: id,
  outcome: {status: 'finished'},
  usage,
})

export const committed = (id: string, subject: Subject, files = 4): EventData => ({
  type: 'work.committed',
  subject,
  attempt_id: id,
  sha: SHA.work,
  files_changed: files,
})

export function merged(module: string, phase = 1): EventData {
  const receipt: Receipt = {reachable: true, hunks_checked: 12, hunks_lost: [], conflicts: []}
  return {type: 'module.merged', phase, module, sha: SHA.work, merge_sha: SHA.merge, receipt}
}

/** A module from its worktree to its merge. */
export function builtModule(id: string, module: string, phase = 1): readonly EventData[] {
  const subject = moduleSubject(module, phase)
  return [...worktree(module, phase), attempt(id, subject), finished(id), committed(id, subject), merged(module, phase)]
}

export function verdict(validator: string, more: Partial<NamedVerdict> = {}): NamedVerdict {
  return {validator, status: 'pass', executed: 12, findings: [], evidence: '', duration_ms: 5, ...more}
}

export function criterion(id: string, outcome: CriterionVerdict['verdict'], text = 'All tests pass'): CriterionVerdict {
  return {id, text, verdict: outcome, check: 'tests', evidence: '12 tests ran, none failed.'}
}

export function validated(
  phase: number,
  more: {verdicts?: readonly NamedVerdict[]; criteria?: readonly CriterionVerdict[]; round?: number},
): EventData {
  const {verdicts = [verdict('test-command')], criteria = [], round = 1} = more
  const passed = verdicts.every(({status}) => status !== 'fail') && criteria.every((one) => one.verdict !== 'unmet')
  return {type: 'validation.finished', subject: {kind: 'phase', phase}, round, sha: SHA.merge, passed, verdicts, criteria}
}

export function checkpointed(phase: number, name: string, id: string): readonly EventData[] {
  return [
    {
      type: 'checkpoint.created',
      id,
      phase: name,
      sha: SHA.merge,
      message: name,
      ref: `refs/conduct/k3f9abcd/checkpoints/${phase}`,
      branch: 'refs/heads/conduct/k3f9abcd/integration',
      safety: false,
    },
    {type: 'phase.completed', phase, name, checkpoint_id: id},
  ]
}
