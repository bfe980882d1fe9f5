import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {AgentBackend, AgentOutcome, AgentRequest} from '../agents/agent.ts'
import {launchAgent, type LaunchResult} from '../agents/launch.ts'
import type {RecordingKey, TimedEvent} from '../agents/record.ts'
import {ConductError} from '../errors.ts'
import type {AttemptEnded, Subject} from '../events.ts'
import {subjectKey, workOf, type TaskState} from '../tasks/state.ts'
import type {RunContext} from './context.ts'
import {sandboxFor} from './sandbox.ts'
import type {Step} from './step.ts'
import {moduleNames} from './prompt-values.ts'
import {portBase} from './worktree-steps.ts'

type AttemptStep = Extract<Step, {type: 'attempt'}>

export interface LaunchRequest extends Pick<AttemptStep, 'subject' | 'role' | 'number'> {
  readonly cwd: string
  /** Commit that `cwd` is at. */
  readonly startSha: string
  readonly prompt: string
  readonly timeoutMs: number
}

export interface Launched {
  readonly attemptId: string
  readonly ended: LaunchResult
  readonly activity: readonly TimedEvent[]
  readonly durationMs: number
}

/** Launches an agent in any role. That it begins is recorded; that it ended is for the caller, with what came of it. */
export async function launchRole(context: RunContext, request: LaunchRequest): Promise<Launched> {
  const {log, places, config, signal} = context
  const {subject, role, number, cwd, startSha} = request
  const {backend, model} = chooseAgent(context, request)
  const attemptId = context.nextAttemptId()
  const transcript = join(places.transcripts, `${attemptId}-${subjectKey(subject).replaceAll('/', '-')}.ndjson`)
  await mkdir(places.transcripts, {recursive: true})
  await log.append({
    type: 'attempt.starting',
    attempt_id: attemptId,
    subject,
    role,
    backend: backend.name,
    ...(model === undefined ? {} : {model}),
    number,
    cwd,
    start_sha: startSha,
    transcript,
  })
  const sandbox = await sandboxFor(context, cwd)
  const begun = context.now()
  const activity: TimedEvent[] = []
  const ended = await launchAgent({
    backend,
    request: requestFor(context, request, {backend, ...(model === undefined ? {} : {model})}),
    attemptId,
    marker: `${log.taskId}/${attemptId}`,
    transcript,
    limits: {timeoutMs: request.timeoutMs, silenceMs: config.limits.silence, turns: config.limits.turns, ...moneyLeft(log.state, context)},
    prices: config.agents.prices,
    ...(sandbox === undefined ? {} : {sandbox}),
    portBase: portBase(log.taskId, cwd),
    hostEnv: context.hostEnv,
    allowEnv: config.agents.env,
    signal,
    onSpawn: (pid) => log.append({type: 'attempt.started', attempt_id: attemptId, pid}),
    onActivity: (event) => {
      activity.push({...event, after_ms: context.now() - begun})
      context.onActivity?.({attemptId, subject, event})
    },
    now: context.now,
  })
  return {attemptId, ended, activity, durationMs: context.now() - begun}
}

/** How a launch ended, as an event. */
export function endOf({attemptId, ended}: Launched): AttemptEnded {
  return {type: 'attempt.ended', attempt_id: attemptId, ...ended}
}

/** Under what a launch is recorded. */
export function recordingKey(state: TaskState, {subject, role, number}: Pick<AttemptStep, 'subject' | 'role' | 'number'>): RecordingKey {
  return {phaseIndex: subject.kind === 'finish' ? 0 : subject.phase, module: moduleNames(state, subject), role, attempt: number}
}

/** A rate limit is a pause of the whole task. */
export function pauseFor({now}: RunContext, outcome: AgentOutcome) {
  if (outcome.status !== 'rate-limited') return []
  const until = new Date(now() + outcome.retryAfterMs).toISOString()
  return [{type: 'task.paused', reason: 'The agent provider asked to wait.', until} as const]
}

const isReader = ({kind}: Subject) => kind === 'review' || kind === 'audit'

type Choice = {readonly backend: AgentBackend; readonly model?: string}

/** Backend and model of a role: its own, the phase's `Agent:` for those who work on it, or the default. */
export function chooseAgent(
  {config, agents, log}: Pick<RunContext, 'config' | 'agents' | 'log'>,
  {role, subject}: Pick<AttemptStep, 'role' | 'subject'>,
): Choice {
  const phase = subject.kind === 'finish' || isReader(subject) ? undefined : log.state.phases[subject.phase - 1]?.phase
  const own = config.agents.roles[role]
  const name = own?.backend ?? phase?.agent ?? config.agents.default
  const backend = agents.get(name)
  if (!backend)
    throw new ConductError('AGENT_UNAVAILABLE', `There is no agent backend called ${name}.`, [
      'Install its plugin: conduct plugins install NAME',
      'Choose another: set `agents.default` in conduct.config.json.',
    ])
  return {backend, ...(own?.model === undefined ? {} : {model: own.model})}
}

function requestFor(
  context: RunContext,
  {role, subject, number, cwd, prompt}: LaunchRequest,
  {backend, model}: Choice,
): Omit<AgentRequest, 'env'> {
  const {log, config, places} = context
  const state = log.state
  const phase = subject.kind === 'finish' ? undefined : state.phases[subject.phase - 1]?.phase
  const {session} = workOf(state, subject)
  // Another agent does not know it.
  const canResume = session !== undefined && session.backend === backend.name
  return {
    role,
    prompt,
    cwd,
    taskId: log.taskId,
    phase: phase?.name ?? '',
    phaseIndex: phase?.index ?? 0,
    module: moduleNames(state, subject),
    attempt: number,
    specPath: places.specPath,
    // Who judges begins without what was thought the last time.
    ...(canResume && !isReader(subject) ? {session: session.id} : {}),
    ...(model === undefined ? {} : {model}),
    options: config.agents.backends[backend.name],
    projectDir: state.started.working_directory,
    permissions: config.agents.roles[role]?.permissions ?? config.agents.permissions,
    limits: {turns: config.limits.turns},
  }
}

function moneyLeft(state: TaskState, {config}: RunContext): {usdLeft?: number; tokensLeft?: number} {
  const usd = state.raisedLimits.usd ?? config.limits.usd
  const tokens = state.raisedLimits.tokens ?? config.limits.tokens
  return {
    ...(usd === undefined ? {} : {usdLeft: usd - state.usage.usd}),
    ...(tokens === undefined ? {} : {tokensLeft: tokens - state.usage.tokens}),
  }
}
