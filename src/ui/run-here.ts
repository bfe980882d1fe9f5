import {readFile} from 'node:fs/promises'
import {resolve} from 'node:path'

import {withAliases} from '../agents/aliases.ts'
import {requireSandbox} from '../agents/sandbox/require.ts'
import {now, type App} from '../app.ts'
import {configSchema, type ConfigInput} from '../config/schema.ts'
import {ConductError, EXIT} from '../errors.ts'
import type {EventData} from '../events.ts'
import {loadPlugins, type Registries} from '../plugins.ts'
import {probeAgents, refuseMissingAgents, unknownAgents, type MissingAgent} from '../run/check-agents.ts'
import {leadTask} from '../run/lead.ts'
import {findOpenRun, runLease} from '../run/open-run.ts'
import {toResult, type RunResult} from '../run/result.ts'
import {hashSpec} from '../spec/hash.ts'
import {parseSpec} from '../spec/parse.ts'
import {renderProblems} from '../spec/problem.ts'
import type {LeaseOwner} from '../store/store.ts'
import {startTask} from '../tasks/operations/start-task.ts'
import {freezeTask} from '../run/freeze.ts'
import type {TaskStarted} from '../events.ts'
import {isHeld} from '../tasks/resolve-task.ts'
import type {TaskState} from '../tasks/state.ts'
import {selectValidators} from '../validators/select.ts'
import {raisedBy, type BudgetFlags} from './budget-flags.ts'
import type {ConductCommand} from './conduct-command.ts'
import {openEventsSink} from './events-file.ts'
import {chooseReporter, createReporter} from './reporter.ts'
import {renderResult} from './summary.ts'
import {watchSignals} from './signals.ts'
import {renderPlan} from './plan-view.ts'
import {planRun} from '../run/plan.ts'
import {withLease} from '../run/with-lease.ts'

export interface RunFlags {
  readonly spec?: string | undefined
  readonly description?: string | undefined
  readonly 'dry-run'?: boolean
  readonly new?: boolean
  readonly agent?: string | undefined
  readonly parallel?: number | undefined
  readonly attempts?: number | undefined
  readonly strict?: boolean
  readonly record?: string | undefined
  readonly events?: string | undefined
  readonly quiet?: boolean
}

/** `conduct run`: everything is checked before anything is written; then a task is started and led to its end. */
export async function runHere(command: ConductCommand, flags: RunFlags): Promise<unknown> {
  const configFlags = toConfig(flags)
  const plugins = await loadPlugins(command.config)
  const prepared = await freezeTask(
    {
      taskId: 'plan',
      description: flags.description ?? 'plan',
      workingDirectory: process.cwd(),
      ...(flags.spec === undefined ? {} : {spec: flags.spec}),
    },
    {hostEnv: process.env, configFlags, conductVersion: command.config.version},
  )
  const {started} = prepared
  const spec = requireSpec(started)
  const config = configSchema.parse(started.config)
  const validators = await selectValidators(config.validators, plugins.validators, {projectDir: started.working_directory})
  const agents = withAliases(plugins.agents, config.agents.backends)
  const checks = await probeAgents(config, spec.parsed, {agents, cwd: started.working_directory, hostEnv: process.env})
  if (flags['dry-run']) {
    const plan = planRun({started, config, checks, validators: validators.map(({validator}) => validator.name)})
    if (!command.jsonEnabled()) command.log(renderPlan(plan))
    return plan
  }
  const missingAgents = refuseMissingAgents(checks, config, spec.parsed)
  for (const {name, problem} of missingAgents) command.logToStderr(`The agent ${name} cannot run, its fallbacks take over: ${problem}`)
  await requireSandbox(config.sandbox, {env: process.env, projectDir: started.working_directory})
  const app = await command.openApp(configFlags)
  try {
    if (flags.new) return await lead(command, {app, plugins, flags, missingAgents, ...(await begin(app, spec, flags))})
    const {store} = app
    return await withLease({store, now, purpose: 'run', refuse: (owner) => runLocked(spec.path, owner)}, runLease(started), async () => {
      const open = await findOpenRun(store, started)
      if (open) command.logToStderr(`Going on with task ${open.started.task_id}, which this spec began. To begin another: --new`)
      const task = open ? {taskId: open.started.task_id, before: reopening(open, {})} : await begin(app, spec, flags)
      return lead(command, {app, plugins, flags, missingAgents, ...task})
    })
  } finally {
    await app[Symbol.asyncDispose]()
  }
}

const runLocked = (path: string, {pid, host}: LeaseOwner) =>
  new ConductError('TASK_LOCKED', `Process ${pid} on ${host} runs ${path} here already.`, [
    'Watch it: conduct status --watch',
    'Begin another task beside it: conduct run --new',
  ])

async function begin(app: App, spec: NonNullable<TaskStarted['spec']>, flags: RunFlags): Promise<Pick<Leading, 'taskId' | 'before'>> {
  const description = flags.description ?? (spec.parsed.title || `Build ${spec.path}`)
  const named = flags.spec === undefined ? {} : {spec: flags.spec}
  const task = await app.call(startTask, {description, working_directory: process.cwd(), ...named})
  return {taskId: task.task_id, before: []}
}

export interface ResumeFlags extends BudgetFlags, Pick<RunFlags, 'events' | 'quiet' | 'record'> {
  readonly retry?: string | undefined
  readonly 'accept-spec'?: boolean
}

/** `conduct resume`: the same run on a log that is not empty. */
export async function resumeHere(command: ConductCommand, wanted: string | undefined, flags: ResumeFlags): Promise<RunResult> {
  const plugins = await loadPlugins(command.config)
  const app = await command.openApp()
  try {
    const taskId = await app.resolve(wanted)
    const {state} = await app.services.readTask(taskId)
    const isOver = state.status === 'complete' || state.status === 'cancelled'
    // A runner that was killed after the end may have left something behind: that one is resumed all the same.
    if (isOver && !(await isHeld(app.store, taskId))) {
      const result = toResult(state, state.status === 'complete' ? (state.ending?.exitCode ?? EXIT.DONE) : EXIT.USAGE)
      process.exitCode = result.exit_code
      if (!command.jsonEnabled()) command.log(`Task ${taskId} is ${state.status}; there is nothing to resume.`)
      return result
    }
    requireSpec(state.started)
    const {config, working_directory: projectDir} = state.started
    await requireSandbox(configSchema.parse(config).sandbox, {env: process.env, projectDir})
    const before = isOver ? [] : [...(await acceptedSpec(state, flags['accept-spec'] ?? false)), ...reopening(state, flags)]
    return await lead(command, {app, taskId, plugins, flags, before})
  } finally {
    await app[Symbol.asyncDispose]()
  }
}

/** What a person allows anew: attempts for a phase, money, and that a failed task may go on. */
function reopening(state: TaskState, flags: ResumeFlags): readonly EventData[] {
  const limits = raisedBy(flags)
  const needsReopening = state.status === 'failed' || state.finish.blocked !== undefined || Object.keys(limits).length > 0
  const reopened: readonly EventData[] = needsReopening ? [{type: 'task.reopened', limits}] : []
  if (flags.retry === undefined) return reopened
  const phase = state.phases.find(({modules}) => modules.some(({name, slug}) => name === flags.retry || slug === flags.retry))
  if (!phase)
    throw new ConductError('USAGE', `The spec has no module ${flags.retry}.`, [
      `It has: ${state.phases.flatMap(({modules}) => modules.map(({name}) => name)).join(', ')}`,
    ])
  return [
    ...reopened,
    {type: 'attempts.granted', phase: phase.phase.index, count: configSchema.parse(state.started.config).limits.attempts},
  ]
}

/** The spec is frozen; when the file changed since, a person must say which one counts. */
async function acceptedSpec(state: TaskState, accept: boolean): Promise<readonly EventData[]> {
  const frozen = requireSpec(state.started)
  const path = resolve(state.started.working_directory, frozen.path)
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined || hashSpec(text) === frozen.sha256 || state.finish.merged) return []
  const {spec, problems} = parseSpec(text)
  const errors = problems.filter(({severity}) => severity === 'error')
  if (errors.length > 0)
    throw new ConductError(
      'SPEC_INVALID',
      `${frozen.path} changed since the task started and has problems now:\n${renderProblems(frozen.path, errors)}`,
      ['Mend them, or put the old text back.'],
    )
  if (accept) return [{type: 'spec.accepted', sha256: hashSpec(text), spec, text}]
  const known = new Map(frozen.parsed.phases.map((phase) => [phase.name, JSON.stringify(phase)]))
  const changed = spec.phases.filter((phase) => known.get(phase.name) !== JSON.stringify(phase)).map(({name}) => name)
  const what = changed.length > 0 ? `These phases are new or read differently: ${changed.join(', ')}.` : 'No phase reads differently.'
  throw new ConductError('SPEC_CHANGED', `${frozen.path} changed since the task started. ${what}`, [
    `Go on with the new text: conduct resume ${state.started.task_id} --accept-spec`,
    `Or put the old text back: it is in the task's folder.`,
  ])
}

function requireSpec(started: TaskStarted): NonNullable<TaskStarted['spec']> {
  if (started.spec) return started.spec
  const path = configSchema.parse(started.config).spec
  throw new ConductError('SPEC_NOT_FOUND', `There is no spec at ${path}.`, [
    'Write one: conduct spec init',
    'Or name it: conduct run --spec FILE',
  ])
}

interface Leading {
  readonly app: App
  readonly taskId: string
  readonly plugins: Registries
  readonly flags: Pick<RunFlags, 'events' | 'quiet' | 'record'>
  readonly before: readonly EventData[]
  /** As they were probed. */
  readonly missingAgents?: readonly MissingAgent[]
}

async function lead(command: ConductCommand, {app, taskId, plugins, flags, before, missingAgents}: Leading): Promise<RunResult> {
  const {started, finish} = (await app.services.readTask(taskId)).state
  const config = configSchema.parse(started.config)
  // The merged work may have changed them, which was judged before it was merged.
  const frozen = finish.merged ? undefined : started.validator_files
  const validators = await selectValidators(config.validators, plugins.validators, {projectDir: started.working_directory, frozen})
  const agents = withAliases(plugins.agents, config.agents.backends)
  const reporter = createReporter(
    chooseReporter({
      isTty: process.stderr.isTTY,
      json: command.jsonEnabled(),
      quiet: flags.quiet ?? false,
      eventsToStdout: flags.events === '-',
    }),
    {stream: process.stderr, now, color: process.stderr.hasColors?.() ?? false},
  )
  const sink = flags.events === undefined ? undefined : openEventsSink(flags.events)
  const signals = watchSignals()
  try {
    const {state, exitCode} = await leadTask(taskId, {
      store: app.store,
      stateDir: app.stateDir,
      hostEnv: process.env,
      conductVersion: command.config.version,
      agents,
      missingAgents: missingAgents ?? unknownAgents(config, started.spec?.parsed, agents),
      validators,
      openGit: (current) => app.services.openTaskGit(current.started),
      recordTo: flags.record === undefined ? undefined : resolve(flags.record),
      before,
      interrupt: signals,
      now,
      onEvent: (event, current) => {
        sink?.write(event)
        reporter.onEvent(event, current)
      },
      onActivity: (activity) => reporter.onActivity(activity),
      storePatienceMs: app.storePatienceMs,
      onStoreWait: (wait) => reporter.onStoreWait(wait),
    })
    return await conclude(command, state, exitCode, () => reporter.close())
  } finally {
    signals.close()
    sink?.close()
    await reporter.close()
  }
}

async function conclude(
  command: ConductCommand,
  state: TaskState,
  exitCode: number,
  closeReporter: () => Promise<void>,
): Promise<RunResult> {
  const result = toResult(state, exitCode)
  process.exitCode = exitCode
  await closeReporter()
  if (!command.jsonEnabled()) command.log(renderResult(result, {columns: process.stdout.columns ?? 80}))
  return result
}

function toConfig({agent, parallel, attempts, strict}: RunFlags): ConfigInput {
  return {
    ...(agent === undefined ? {} : {agents: {default: agent}}),
    ...(strict ? {strict: true} : {}),
    ...(parallel === undefined && attempts === undefined
      ? {}
      : {limits: {...(parallel === undefined ? {} : {parallel}), ...(attempts === undefined ? {} : {attempts})}}),
  }
}
