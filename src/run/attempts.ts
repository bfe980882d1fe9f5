import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {AgentBackend, AgentOutcome, AgentRequest} from '../agents/agent.ts'
import {launchAgent} from '../agents/launch.ts'
import type {TimedEvent} from '../agents/record.ts'
import {ConductError} from '../errors.ts'
import type {Subject} from '../events.ts'
import {subjectKey, workOf, type TaskState} from '../tasks/state.ts'
import type {RunContext} from './context.ts'
import type {Step} from './step.ts'
import {moduleNames, rolePrompt} from './prompt-values.ts'
import {recordWork} from './recording.ts'
import {settleInterrupted} from './recover.ts'
import {openWorkplace} from './workplaces.ts'
import {portBase} from './worktree-steps.ts'

type AttemptStep = Extract<Step, {type: 'attempt'}>

/** Launches one agent on one piece of work and records how it ended. What it left is committed by the next step. */
export async function performAttempt(context: RunContext, step: AttemptStep): Promise<void> {
  const {log, places, config, signal} = context
  const chosen = chooseAgent(context, step)
  const workplace = await openWorkplace(context, step.subject)
  const attemptId = context.nextAttemptId()
  const transcript = join(places.transcripts, `${attemptId}-${subjectKey(step.subject).replaceAll('/', '-')}.ndjson`)
  await mkdir(places.transcripts, {recursive: true})
  await log.append({
    type: 'attempt.starting',
    attempt_id: attemptId,
    subject: step.subject,
    role: step.role,
    backend: chosen.backend.name,
    ...(chosen.model === undefined ? {} : {model: chosen.model}),
    number: step.number,
    cwd: workplace.path,
    start_sha: workplace.startSha,
    transcript,
  })
  const begun = context.now()
  const activity: TimedEvent[] = []
  const ended = await launchAgent({
    backend: chosen.backend,
    request: requestFor(context, step, {cwd: workplace.path, model: chosen.model}),
    attemptId,
    marker: `${log.taskId}/${attemptId}`,
    transcript,
    limits: {timeoutMs: timeoutOf(context, step.subject), silenceMs: config.limits.silence, ...moneyLeft(log.state, context)},
    portBase: portBase(log.taskId, workplace.path),
    hostEnv: context.hostEnv,
    allowEnv: config.agents.env,
    signal,
    onSpawn: (pid) => log.append({type: 'attempt.started', attempt_id: attemptId, pid}),
    onActivity: (event) => {
      activity.push({...event, after_ms: context.now() - begun})
      context.onActivity?.({attemptId, subject: step.subject, event})
    },
    now: context.now,
  })
  if (context.recordTo !== undefined) {
    const key = {
      phaseIndex: step.subject.kind === 'finish' ? 0 : step.subject.phase,
      module: moduleNames(log.state, step.subject),
      role: step.role,
      attempt: step.number,
    }
    await recordWork(context, context.recordTo, {key, workplace, ended, activity, durationMs: context.now() - begun})
  }
  const {outcome, usage, session} = ended
  // What a stopped agent had half written must not be what the next one builds on.
  const open = log.state.openAttempts.find(({attempt_id}) => attempt_id === attemptId)
  if (outcome.status === 'cancelled' && open) await settleInterrupted(context, open)
  await log.append(
    {type: 'attempt.ended', attempt_id: attemptId, outcome, usage, ...(session === undefined ? {} : {session})},
    ...pauseFor(context, outcome),
  )
}

function pauseFor({now}: RunContext, outcome: AgentOutcome) {
  if (outcome.status !== 'rate-limited') return []
  const until = new Date(now() + outcome.retryAfterMs).toISOString()
  return [{type: 'task.paused', reason: 'The agent provider asked to wait.', until} as const]
}

/** Backend and model of a role: the phase's `Agent:`, the role's own, or the default. */
export function chooseAgent(
  {config, agents, log}: Pick<RunContext, 'config' | 'agents' | 'log'>,
  {role, subject}: Pick<AttemptStep, 'role' | 'subject'>,
): {backend: AgentBackend; model?: string} {
  const phase = subject.kind === 'finish' ? undefined : log.state.phases[subject.phase - 1]?.phase
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
  {role, subject, number}: AttemptStep,
  place: {cwd: string; model: string | undefined},
): Omit<AgentRequest, 'env'> {
  const {log, config, places} = context
  const state = log.state
  const phase = subject.kind === 'finish' ? undefined : state.phases[subject.phase - 1]?.phase
  const {session} = workOf(state, subject)
  const backendName = chooseAgent(context, {role, subject}).backend.name
  return {
    role,
    prompt: rolePrompt(context, {role, subject, number, cwd: place.cwd}),
    cwd: place.cwd,
    taskId: log.taskId,
    phase: phase?.name ?? '',
    phaseIndex: phase?.index ?? 0,
    module: moduleNames(state, subject),
    attempt: number,
    specPath: places.specPath,
    ...(session === undefined ? {} : {session}),
    ...(place.model === undefined ? {} : {model: place.model}),
    options: config.agents.backends[backendName],
    projectDir: state.started.working_directory,
  }
}

function timeoutOf({log, config}: RunContext, subject: Subject): number {
  const phase = subject.kind === 'finish' ? undefined : log.state.phases[subject.phase - 1]?.phase
  return phase?.timeoutMs ?? config.limits.agentTimeout
}

function moneyLeft(state: TaskState, {config}: RunContext): {usdLeft?: number; tokensLeft?: number} {
  const usd = state.raisedLimits.usd ?? config.limits.usd
  const tokens = state.raisedLimits.tokens ?? config.limits.tokens
  return {
    ...(usd === undefined ? {} : {usdLeft: usd - state.usage.usd}),
    ...(tokens === undefined ? {} : {tokensLeft: tokens - state.usage.tokens}),
  }
}
