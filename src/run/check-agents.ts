import {probeInput} from '../agents/probe-input.ts'
import type {AgentBackend, Probe, Role} from '../agents/agent.ts'
import type {Config} from '../config/schema.ts'
import {ConductError} from '../errors.ts'
import type {Spec} from '../spec/spec.ts'
import {mayStayOpen} from '../validators/criteria-match.ts'

/** Roles that every run may need. */
const NEEDED: readonly Role[] = ['implementation-executor', 'fix-executor', 'synthesis-architect']

/** Roles that this run may need. */
function rolesOf({review}: Config, spec: Spec | undefined): readonly Role[] {
  const hasOpen = spec?.phases.some(({criteria}) => criteria.some((criterion) => mayStayOpen(criterion))) ?? false
  return [
    ...NEEDED,
    ...(review.criteria && hasOpen ? ['code-reviewer' as const] : []),
    ...(review.security === 'off' ? [] : ['security-auditor' as const]),
  ]
}

export interface AgentCheck {
  readonly name: string
  readonly roles: readonly Role[]
  readonly probe: Probe
}

/** Which backends a run will use, for what, and whether each can run here. */
export async function probeAgents(config: Config, spec: Spec | undefined, options: ProbeOptions): Promise<readonly AgentCheck[]> {
  const users = new Map<string, Set<Role>>()
  const use = (name: string, role: Role) => users.set(name, (users.get(name) ?? new Set()).add(role))
  for (const role of rolesOf(config, spec)) use(config.agents.roles[role]?.backend ?? config.agents.default, role)
  for (const phase of spec?.phases ?? []) if (phase.agent !== undefined) use(phase.agent, 'implementation-executor')
  return Promise.all([...users].map(async ([name, roles]) => ({name, roles: [...roles], probe: await probeOne(name, config, options)})))
}

export interface ProbeOptions {
  readonly agents: {get(name: string): AgentBackend | undefined; names(): readonly string[]}
  readonly cwd: string
  readonly hostEnv: Readonly<Record<string, string | undefined>>
}

async function probeOne(name: string, config: Config, {agents, cwd, hostEnv}: ProbeOptions): Promise<Probe> {
  const backend = agents.get(name)
  if (!backend)
    return {
      ok: false,
      problem: `There is no agent backend called ${name}.`,
      hint: `Set \`agents.default\` in conduct.config.json to one of: ${agents.names().join(', ')}; or install a plugin that brings ${name}.`,
    }
  return backend.probe(probeInput({options: config.agents.backends[name], cwd, hostEnv, allowEnv: config.agents.env}))
}

/** @throws {ConductError} `AGENT_UNAVAILABLE` with every backend that cannot run */
export function refuseMissingAgents(checks: readonly AgentCheck[]): void {
  const missing = checks.flatMap(({name, probe}) => (probe.ok ? [] : [{name, ...probe}]))
  if (missing.length === 0) return
  throw new ConductError(
    'AGENT_UNAVAILABLE',
    missing.map(({name, problem}) => `The agent ${name} cannot run: ${problem}`).join('\n'),
    missing.map(({hint}) => hint),
  )
}
