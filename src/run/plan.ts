import type {Role} from '../agents/agent.ts'
import {describeSandbox} from '../agents/sandbox/settings.ts'
import type {Config} from '../config/schema.ts'
import type {TaskStarted} from '../events.ts'
import {agentsFor, nameAgent} from './choose-agent.ts'
import type {AgentCheck} from './check-agents.ts'

/** What `conduct run --dry-run` prints: everything a run would do, nothing done. */
export interface Plan {
  readonly spec: string
  readonly base: {readonly branch: string; readonly sha: string}
  readonly finish: string
  /** What agents are shut in. */
  readonly sandbox: string
  readonly limits: {readonly parallel: number; readonly attempts: number; readonly usd: number | null}
  readonly phases: readonly PlannedPhase[]
  readonly agents: readonly {
    readonly name: string
    readonly roles: readonly Role[]
    /** Roles that it takes over when their own agent cannot. */
    readonly fallback_for: readonly Role[]
    readonly model: string | null
    readonly available: boolean
    readonly note: string
  }[]
  readonly validators: readonly string[]
}

export interface PlannedPhase {
  readonly name: string
  readonly modules: readonly string[]
  readonly agent: string
  readonly why: string
  /** Who takes over, in this order. */
  readonly fallbacks: readonly string[]
  readonly test_command: string
  readonly criteria: readonly {readonly id: string; readonly text: string}[]
}

export interface PlanInput {
  readonly started: TaskStarted
  readonly config: Config
  readonly checks: readonly AgentCheck[]
  readonly validators: readonly string[]
}

export function planRun({started, config, checks, validators}: PlanInput): Plan {
  const own = config.agents.roles['implementation-executor']
  return {
    spec: started.spec?.path ?? '',
    base: {branch: started.base.branch.replace(/^refs\/heads\//, ''), sha: started.base.sha},
    finish: config.finish.merge,
    sandbox: describeSandbox(config.sandbox),
    limits: {parallel: config.limits.parallel, attempts: config.limits.attempts, usd: config.limits.usd ?? null},
    phases: (started.spec?.parsed.phases ?? []).map((phase) => ({
      name: phase.name,
      modules: phase.modules.map(({name}) => name),
      agent: own?.backend ?? phase.agent ?? config.agents.default,
      why: own?.backend ? 'agents.roles of the config' : phase.agent ? 'Agent: of the phase' : 'agents.default of the config',
      fallbacks: agentsFor(config.agents, phase.agent, 'implementation-executor').slice(1).map(nameAgent),
      test_command: phase.testCommand,
      criteria: phase.criteria.map(({id, text}) => ({id, text})),
    })),
    agents: checks.map(({name, roles, fallbackFor, probe}) => ({
      name,
      roles,
      fallback_for: fallbackFor,
      model: roles.map((role) => config.agents.roles[role]?.model).find((model) => model !== undefined) ?? null,
      available: probe.ok,
      note: probe.ok ? (probe.version ?? '') : `${probe.problem} ${probe.hint}`,
    })),
    validators,
  }
}
