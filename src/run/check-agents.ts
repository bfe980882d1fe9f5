import {probeInput} from '../agents/probe-input.ts'
import type {AgentBackend, Probe, Role} from '../agents/agent.ts'
import type {Config} from '../config/schema.ts'
import {ConductError} from '../errors.ts'
import {agentsFor} from './choose-agent.ts'
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
  /** What it is the first choice for. */
  readonly roles: readonly Role[]
  /** What it takes over when the first choice cannot. */
  readonly fallbackFor: readonly Role[]
  readonly probe: Probe
}

/** Who may do what, best first. A phase with an agent of its own has a chain of its own. */
function chainsOf(config: Config, spec: Spec | undefined): readonly {readonly role: Role; readonly names: readonly string[]}[] {
  const phaseAgents = new Set((spec?.phases ?? []).flatMap(({agent}) => (agent === undefined ? [] : [agent])))
  const chainOf = (role: Role, phaseAgent?: string) => ({
    role,
    names: agentsFor(config.agents, phaseAgent, role).map(({backend}) => backend),
  })
  return [
    ...rolesOf(config, spec).map((role) => chainOf(role)),
    ...[...phaseAgents].flatMap((agent) => NEEDED.map((role) => chainOf(role, agent))),
  ]
}

/** Those that are sent in when work goes round in circles stand in for nobody, but are looked for as well. */
function namesIn(chains: ReturnType<typeof chainsOf>, {agents}: Config): readonly string[] {
  const escalated = chains.flatMap(({role}) => agents.roles[role]?.escalate?.backend ?? [])
  return [...new Set([...chains.flatMap((chain) => chain.names), ...escalated])]
}

/** Which backends a run will use, for what, and whether each can run here. */
export async function probeAgents(config: Config, spec: Spec | undefined, options: ProbeOptions): Promise<readonly AgentCheck[]> {
  const chains = chainsOf(config, spec)
  const names = namesIn(chains, config)
  const rolesWith = (has: (names: readonly string[]) => boolean) => [
    ...new Set(chains.filter((chain) => has(chain.names)).map(({role}) => role)),
  ]
  return Promise.all(
    names.map(async (name) => ({
      name,
      roles: rolesWith(([first]) => first === name),
      fallbackFor: rolesWith(([, ...others]) => others.includes(name)),
      probe: await probeOne(name, config, options),
    })),
  )
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

/**
 * @returns those that cannot run, where others take over
 * @throws {ConductError} `AGENT_UNAVAILABLE` with every backend that cannot run, when there is work that nobody can do
 */
export function refuseMissingAgents(checks: readonly AgentCheck[], config: Config, spec: Spec | undefined): readonly MissingAgent[] {
  const missing = checks.flatMap(({name, probe}) => (probe.ok ? [] : [{name, ...probe}]))
  const lost = new Set(lostChains(checks, config, spec).flat())
  const needed = missing.filter(({name}) => lost.has(name))
  if (needed.length === 0) return missing.map(({name, problem}) => ({name, problem}))
  throw new ConductError(
    'AGENT_UNAVAILABLE',
    needed.map(({name, problem}) => `The agent ${name} cannot run: ${problem}`).join('\n'),
    needed.map(({hint}) => hint),
  )
}

/** Is there somebody for all the work? */
export function isCovered(checks: readonly AgentCheck[], config: Config, spec: Spec | undefined): boolean {
  return lostChains(checks, config, spec).length === 0
}

function lostChains(checks: readonly AgentCheck[], config: Config, spec: Spec | undefined): readonly (readonly string[])[] {
  const able = new Set(checks.filter(({probe}) => probe.ok).map(({name}) => name))
  return chainsOf(config, spec).flatMap(({names}) => (names.some((name) => able.has(name)) ? [] : [names]))
}

/** `for code-reviewer, as a fallback for fix-executor`. */
export function describeRoles({roles, fallbackFor}: Pick<AgentCheck, 'roles' | 'fallbackFor'>): string {
  const parts = [
    roles.length > 0 ? `for ${roles.join(', ')}` : '',
    fallbackFor.length > 0 ? `as a fallback for ${fallbackFor.join(', ')}` : '',
  ]
  return parts.filter(Boolean).join(', ') || 'for work that goes round in circles'
}

export interface MissingAgent {
  readonly name: string
  readonly problem: string
}

/** Backends that nobody registered: their plugin is not installed. For a task that goes on, where nothing is probed again. */
export function unknownAgents(config: Config, spec: Spec | undefined, {get}: Pick<ProbeOptions['agents'], 'get'>): readonly MissingAgent[] {
  return namesIn(chainsOf(config, spec), config)
    .filter((name) => get(name) === undefined)
    .map((name) => ({name, problem: `There is no agent backend called ${name}.`}))
}
