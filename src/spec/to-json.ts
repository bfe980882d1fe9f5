import type {Criterion, Module, Phase, Spec} from './spec.ts'

/** A spec as `conduct spec show --json` prints it. */
export interface SpecJson {
  readonly title: string
  readonly phases: readonly PhaseJson[]
}

export interface PhaseJson {
  readonly phase: number
  readonly name: string
  readonly title: string
  readonly tasks: readonly string[]
  readonly modules: readonly Module[]
  readonly test_command: string
  readonly success_criteria: ReadonlyArray<Omit<Criterion, 'check'> & {readonly check: string | null}>
  readonly gotchas: readonly string[]
  readonly files: readonly string[]
  readonly depends_on: readonly string[]
  readonly allow_todo: boolean
  readonly setup_command: string | null
  readonly timeout_ms: number | null
  readonly agent: string | null
  readonly line: number
}

/** Snake case, and `null` for what the spec does not say, so that every key is always there. */
export function toSpecJson({title, phases}: Spec): SpecJson {
  return {title, phases: phases.map(toPhaseJson)}
}

/** One phase of it. */
export function toPhaseJson(phase: Phase): PhaseJson {
  return {
    phase: phase.index,
    name: phase.name,
    title: phase.title,
    tasks: phase.tasks,
    modules: phase.modules.map(({name, slug, owns}) => ({name, slug, owns})),
    test_command: phase.testCommand,
    success_criteria: phase.criteria.map(({id, text, code, check, line}) => ({id, text, code, check: check ?? null, line})),
    gotchas: phase.gotchas,
    files: phase.files,
    depends_on: phase.dependsOn,
    allow_todo: phase.allowTodo,
    setup_command: phase.setupCommand ?? null,
    timeout_ms: phase.timeoutMs ?? null,
    agent: phase.agent ?? null,
    line: phase.line,
  }
}
