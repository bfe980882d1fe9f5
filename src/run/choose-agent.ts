import type {Role} from '../agents/agent.ts'
import type {Config} from '../config/schema.ts'
import type {Subject} from '../events.ts'
import {faultKey} from '../tasks/agent-faults.ts'
import {workOf, type TaskState, type Work} from '../tasks/state.ts'

/** Pure: who carries out a piece of work, by the configuration and by what the log knows of the agents. */

export interface AgentSettings extends Pick<Config['agents'], 'default' | 'roles' | 'fallbacks'> {
  /** Work that goes round in circles is begun afresh, by who is named for that. */
  readonly circular?: boolean
}

export function settingsOf({agents, limits}: Config): AgentSettings {
  return {...agents, circular: limits.circular}
}

/** A backend and a model, as the configuration names them. */
export interface AgentName {
  readonly backend: string
  readonly model?: string | undefined
}

export type Chosen =
  /** `why`: what keeps those before it from working. */
  | {readonly agent: AgentName; readonly why?: string}
  /** Every one that could work was asked to wait; the first is free then: ISO 8601. */
  | {readonly until: string}

export interface Launch {
  readonly role: Role
  readonly subject: Subject
}

/** Who may do it, best first: the role's own, the phase's `Agent:` for those who work on it, or the default; then the fallbacks. */
export function agentsFor(
  {default: standard, roles, fallbacks}: AgentSettings,
  phaseAgent: string | undefined,
  role: Role,
): readonly AgentName[] {
  const own = roles[role]
  const first = {backend: own?.backend ?? phaseAgent ?? standard, model: own?.model}
  const keys = new Set<string>()
  return [first, ...(own?.fallbacks ?? fallbacks)].filter((agent) => {
    const key = faultKey(role, agent)
    return !keys.has(key) && keys.add(key)
  })
}

/** `Agent:` of the phase that the work belongs to; those who judge a phase are not chosen by it. */
function phaseAgentOf({phases}: TaskState, {kind, ...subject}: Subject): string | undefined {
  if (kind === 'review' || kind === 'audit' || !('phase' in subject)) return undefined
  return phases[subject.phase - 1]?.phase.agent
}

/** The first that can work now. When none ever can, the first of all: how it fails is what there is to tell. */
export function chooseAgent(settings: AgentSettings, state: TaskState, {role, subject}: Launch, now: number): Chosen {
  const agents = candidates(settings, state, {role, subject})
  const able = agents.filter((agent) => faultOf(state, role, agent) === undefined)
  const free = able.find(({backend}) => !isLimited(state, backend, now))
  if (free) return {agent: free, ...whyOf(settings, state, {role, subject}, agents.slice(0, agents.indexOf(free)))}
  const [until] = able.map(({backend}) => state.agents.limited[backend] ?? '').sort()
  if (until !== undefined) return {until}
  return {agent: firstAgent(settings, state, {role, subject})}
}

/** Who does it when nothing is in the way. */
export function firstAgent(settings: AgentSettings, state: TaskState, launch: Launch): AgentName {
  return candidates(settings, state, launch)[0] ?? {backend: settings.default}
}

/** `claude`, or `claude (opus)`. */
export function nameAgent({backend, model}: AgentName): string {
  return model === undefined ? backend : `${backend} (${model})`
}

/** Is there anybody who could do it, now or later? */
export function hasAgent(settings: AgentSettings, state: TaskState, launch: Launch): boolean {
  return candidates(settings, state, launch).some((agent) => faultOf(state, launch.role, agent) === undefined)
}

function candidates(settings: AgentSettings, state: TaskState, {role, subject}: Launch): readonly AgentName[] {
  const agents = agentsFor(settings, phaseAgentOf(state, subject), role)
  const escalate = isCircling(settings, workOf(state, subject)) ? settings.roles[role]?.escalate : undefined
  return escalate ? [escalate, ...agents.filter((agent) => faultKey(role, agent) !== faultKey(role, escalate))] : agents
}

/** It was back where it had been, and is to be begun afresh. */
export function isCircling({circular}: AgentSettings, {circles = 0}: Work): boolean {
  return circular === true && circles > 0
}

function faultOf({agents}: TaskState, role: Role, agent: AgentName): string | undefined {
  return agents.missing[agent.backend] ?? agents.failed[faultKey(role, agent)]
}

function isLimited({agents}: TaskState, backend: string, now: number): boolean {
  return Date.parse(agents.limited[backend] ?? '') > now
}

function whyOf(settings: AgentSettings, state: TaskState, {role, subject}: Launch, passed: readonly AgentName[]): {readonly why?: string} {
  const afresh = isCircling(settings, workOf(state, subject)) ? ['begun afresh: the work went round in circles'] : []
  const reasons = [...afresh, ...whyNot(state, role, passed)]
  return reasons.length === 0 ? {} : {why: reasons.join('; ')}
}

function whyNot(state: TaskState, role: Role, passed: readonly AgentName[]): readonly string[] {
  return passed.map((agent) => {
    const fault = faultOf(state, role, agent)
    const name = nameAgent(agent)
    if (fault === undefined) return `${name} was asked to wait until ${state.agents.limited[agent.backend]}`
    return `${name} cannot work: ${fault.split('\n', 1)[0]}`
  })
}
