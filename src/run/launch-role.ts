import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {AgentBackend, AgentOutcome, AgentRequest} from '../agents/agent.ts'
import {launchAgent, type LaunchResult} from '../agents/launch.ts'
import type {RecordingKey, TimedEvent} from '../agents/record.ts'
import {ConductError} from '../errors.ts'
import type {AttemptEnded, Subject} from '../events.ts'
import {reduceFaults} from '../tasks/agent-faults.ts'
import {subjectKey, workOf, type TaskState} from '../tasks/state.ts'
import {attemptLimits} from './attempt-limits.ts'
import {backoffMs} from './backoff.ts'
import {chooseAgent, firstAgent, hasAgent, isCircling, settingsOf, type Launch} from './choose-agent.ts'
import {findOverdrawn, limitsOf, nameBudget} from './budgets.ts'
import type {RunContext, RunningAttempt} from './context.ts'
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
  /** `Timeout:` of the phase that is worked on. */
  readonly phaseTimeoutMs?: number | undefined
}

export interface Launched {
  readonly attemptId: string
  readonly ended: LaunchResult
  readonly activity: readonly TimedEvent[]
  readonly durationMs: number
  /** When the work is tried again, since the provider failed. ISO 8601. */
  readonly retryAt?: string
}

/** How often in a row a provider may fail before the attempt counts all the same. */
const MAX_SPARED = 5

/** Launches an agent in any role. That it begins is recorded; that it ended is for the caller, with what came of it. */
export async function launchRole(context: RunContext, request: LaunchRequest): Promise<Launched> {
  const {log, places, config, signal} = context
  const {subject, role, number, cwd, startSha} = request
  const {backend, model, why} = pickAgent(context, request)
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
    ...(why === undefined ? {} : {why}),
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
    limits: {
      ...attemptLimits(config, role, request.phaseTimeoutMs),
      overdrawn: (spent) => overdrawnBy(context, attemptId, {subject, spent}),
    },
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
  const retryAt = retryTime(context, request, {backend: backend.name, outcome: ended.outcome})
  return {attemptId, ended, activity, durationMs: context.now() - begun, ...(retryAt === undefined ? {} : {retryAt})}
}

/** After a failure of the provider, which says nothing about the agent and its work. Who judges is asked again by who asked. */
function retryTime(
  {log: {state}, now}: RunContext,
  {subject}: LaunchRequest,
  {backend, outcome}: {readonly backend: string; readonly outcome: AgentOutcome},
): string | undefined {
  if (outcome.status !== 'failed' || !outcome.retryable || outcome.transient !== true || isReader(subject)) return undefined
  if ((workOf(state, subject).spared ?? 0) >= MAX_SPARED) return undefined
  return new Date(now() + backoffMs(state.strain[backend]?.failures ?? 0, Math.random())).toISOString()
}

/** How a launch ended, as an event. */
export function endOf({attemptId, ended, durationMs, retryAt}: Launched): AttemptEnded {
  const {said: _, ...end} = ended
  const duration = {duration_ms: Math.max(0, Math.round(durationMs))}
  return {type: 'attempt.ended', attempt_id: attemptId, ...end, ...duration, ...(retryAt === undefined ? {} : {retry_at: retryAt})}
}

/** Under what a launch is recorded. */
export function recordingKey(state: TaskState, {subject, role, number}: Pick<AttemptStep, 'subject' | 'role' | 'number'>): RecordingKey {
  return {phaseIndex: subject.kind === 'finish' ? 0 : subject.phase, module: moduleNames(state, subject), role, attempt: number}
}

/** A rate limit is a pause of the whole task, unless another agent takes over. */
export function pauseFor(context: RunContext, launch: Launch, launched: Launched) {
  if (launched.ended.outcome.status !== 'rate-limited') return []
  const next = chooseAgent(settingsOf(context.config), stateAfter(context, launched), launch, context.now())
  return 'until' in next ? [{type: 'task.paused', reason: 'The agent provider asked to wait.', until: next.until} as const] : []
}

/** Will another agent be asked, since this one cannot work now, or at all? */
export function isReplaced(context: RunContext, launch: Launch, launched: Launched): boolean {
  const {status} = launched.ended.outcome
  if (status !== 'rate-limited' && status !== 'failed') return false
  const [agents, state] = [settingsOf(context.config), stateAfter(context, launched)]
  return (
    state.agents !== context.log.state.agents &&
    hasAgent(agents, state, launch) &&
    'agent' in chooseAgent(agents, state, launch, context.now())
  )
}

/** What will be known of the agents once it is recorded how this launch ended. */
function stateAfter({log, now}: RunContext, launched: Launched): TaskState {
  const event = {...endOf(launched), version: 0, at: new Date(now()).toISOString()}
  return {...log.state, agents: reduceFaults(log.state.agents, event, log.state.openAttempts)}
}

const isReader = ({kind}: Subject) => kind === 'review' || kind === 'audit'

interface Choice {
  readonly backend: AgentBackend
  readonly model?: string
  readonly why?: string
}

/** Who does it now, by `chooseAgent`. */
function pickAgent({config, agents, log, now}: RunContext, launch: Launch): Choice {
  const settings = settingsOf(config)
  const chosen = chooseAgent(settings, log.state, launch, now())
  // The limit came while the place of work was made ready: it is asked once more, and says for how long.
  const {backend: name, model} = 'until' in chosen ? firstAgent(settings, log.state, launch) : chosen.agent
  const backend = agents.get(name)
  if (!backend)
    throw new ConductError('AGENT_UNAVAILABLE', `There is no agent backend called ${name}.`, [
      'Install its plugin: conduct plugins install NAME',
      'Choose another: set `agents.default` in conduct.config.json.',
    ])
  const why = 'why' in chosen ? chosen.why : undefined
  return {backend, ...(model === undefined ? {} : {model}), ...(why === undefined ? {} : {why})}
}

function requestFor(
  context: RunContext,
  {role, subject, number, cwd, prompt}: LaunchRequest,
  {backend, model}: Choice,
): Omit<AgentRequest, 'env'> {
  const {log, config, places} = context
  const state = log.state
  const phase = subject.kind === 'finish' ? undefined : state.phases[subject.phase - 1]?.phase
  const work = workOf(state, subject)
  const {session} = work
  // Another agent does not know it; and in the one that went round in circles, it would go on so.
  const isStale = isCircling(settingsOf(config), work) && (session?.circles ?? 0) < (work.circles ?? 0)
  const canResume = session !== undefined && session.backend === backend.name && !isStale
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
    permissions: config.agents.roles[role]?.permissions ?? (isReader(subject) ? 'read' : config.agents.permissions),
    limits: {turns: attemptLimits(config, role, undefined).turns},
  }
}

/** Attempts share the budgets while they run: the one that overdraws is stopped, and no other is begun. */
function overdrawnBy({log, config, running}: RunContext, attemptId: string, attempt: RunningAttempt): string | undefined {
  running.set(attemptId, attempt)
  // Of those that ended, the log knows what they used.
  for (const id of running.keys()) if (!log.state.openAttempts.some(({attempt_id}) => attempt_id === id)) running.delete(id)
  const over = findOverdrawn(limitsOf(config, log.state), log.state, attempt.subject, [...running.values()])
  return over && nameBudget(log.state, over, attempt.subject)
}
