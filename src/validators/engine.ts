import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {CriterionVerdict, NamedVerdict} from '../events.ts'
import {cannotWrite} from '../cannot-write.ts'
import {ConductError} from '../errors.ts'
import {runProcess} from '../process.ts'
import {createRedactor, redactStrings, type Redactor} from '../redact.ts'
import type {Phase} from '../spec/spec.ts'
import type {Baseline} from './baseline.ts'
import {boundFindings} from './bound-findings.ts'
import {judgeCriteria} from './criteria.ts'
import {askValidator} from './guard.ts'
import {createPause, type Pause} from './pause.ts'
import {runTestCommand, type TestCommandRequest} from './test-command.ts'
import type {KnownContent} from './tree-print.ts'
import {watchTree, type TreeWatch} from './tree-watch.ts'
import type {ExecOptions, ExecResult, TestReport, Validator, ValidatorInput, Verdict} from './validator.ts'

export interface ValidationRequest {
  /** A clean checkout of the committed tree, made for this validation. */
  readonly cwd: string
  readonly tree: ValidatedTree
  /** Absent in `conduct validate` without a task. */
  readonly phase?: Phase
  /** All phases whose work is validated; that one alone when absent. */
  readonly scope?: readonly Phase[]
  /** In the order in which they run. */
  readonly validators: readonly {readonly validator: Validator; readonly options: unknown}[]
  readonly limits: {
    /** For one run of a program: a test command, what a validator starts, a criterion's command. */
    readonly validationMs: number
    /** For a whole validator; by default enough for a test suite that is run twice. */
    readonly validatorMs?: number
  }
  /** The complete environment of every program. */
  readonly env: Readonly<Record<string, string>>
  /** Prefix of the marker of every process; each run gets its own below it. */
  readonly marker: string
  /** A folder for the full output of every program; made when it is not there. */
  readonly logDir: string
  readonly signal: AbortSignal
  /** An unverified criterion fails. */
  readonly strict: boolean
  /** How the phase's test command does on the base commit. */
  readonly baseline?: Baseline
  /** What an earlier validation of this very checkout found with the same test command, which is then not run again. */
  readonly knownTests?: NamedVerdict | undefined
  /**
   * How a test suite does on the base commit; called only when one of its tests fails. It is asked for a validator's suite,
   * and for the test command when there is no `baseline`. Without it the names in `baseline` are all that is known.
   */
  suiteBaseline?(script: string): Promise<Baseline | undefined>
  /** Runs one suite, its repetition and its run on the base included, when its turn has come. Default: at once. */
  inTurn?<T>(suite: () => Promise<T>): Promise<T>
  /** Told as soon as each verdict is known. */
  onVerdict?(verdict: NamedVerdict): void
  /** Milliseconds, from any beginning. */
  now(): number
}

/** What validators may know of the tree, and what the engine does to see that none of them changes it. */
export interface ValidatedTree extends Pick<
  ValidatorInput,
  'files' | 'changedFiles' | 'addedLines' | 'readText' | 'baseFiles' | 'baseText' | 'beforeRepairs'
> {
  /** What is in a file that nobody changed since it was checked out. Without it every file is read. */
  blobOf?(file: string): KnownContent | undefined
}

/** What a validation found. */
export interface Validation {
  readonly passed: boolean
  readonly verdicts: readonly NamedVerdict[]
  readonly criteria: readonly CriterionVerdict[]
}

/** What one validation hands from step to step. */
interface Run {
  readonly request: ValidationRequest
  /** Knows the secrets that the programs can know. */
  readonly redactor: Redactor
  /** A marker and a log folder that no other program of this validation has. */
  nextRun(name: string): {readonly marker: string; readonly logDir: string}
  /** What went wrong on our side, a full disk for example: no verdict can say it. */
  fault?: ConductError
}

/** Whom a suite is run for. */
interface Asker {
  readonly name: string
  readonly signal: AbortSignal
  /** Of its time limit. */
  readonly pause: Pause
  /** Told the full output of each suite. */
  onLog(file: string): void
}

/**
 * Runs the phase's test command, then the validators in order, then the criteria. Never rejects for what they do.
 *
 * @throws {ConductError} `DISK_FULL`, `STORE_READ_ONLY` when the output of a program cannot be kept
 */
export async function validate(request: ValidationRequest): Promise<Validation> {
  await mkdir(request.logDir, {recursive: true})
  const run = beginRun(request)
  const ownTests = request.knownTests ? undefined : await judgeTestCommand(run)
  const verdicts = [...(ownTests ? [ownTests] : []), ...(await askValidators(run))]
  const testVerdict = request.knownTests ?? ownTests
  const {criteria: asked = [], testCommand} = request.phase ?? {}
  const judged = await judgeCriteria({...request, ...run.nextRun('criteria'), criteria: asked, testCommand, testVerdict})
  const criteria = redactStrings(judged, run.redactor)
  const bad = new Set(request.strict ? ['unmet', 'unverified'] : ['unmet'])
  const passed = verdicts.every(({status}) => status !== 'fail') && criteria.every(({verdict}) => !bad.has(verdict))
  return {passed, verdicts, criteria}
}

function beginRun(request: ValidationRequest): Run {
  let count = 0
  return {
    request,
    redactor: createRedactor(request.env),
    nextRun(name) {
      count += 1
      return {marker: `${request.marker}/${count}`, logDir: join(request.logDir, `${String(count).padStart(2, '0')}-${name}`)}
    },
  }
}

async function judgeTestCommand(run: Run): Promise<NamedVerdict | undefined> {
  const {phase} = run.request
  if (phase === undefined) return undefined
  return timed(run, 'test-command', async (onLog) => {
    if (phase.testCommand.trim() === '') return {status: 'fail', executed: 0, findings: [{message: 'The phase has no test command.'}]}
    const {baseline, suiteBaseline, signal} = run.request
    const asker = {name: 'test-command', signal, pause: createPause(() => performance.now()), onLog}
    const known = async (script: string) => baseline ?? suiteBaseline?.(script)
    return runSuite(run, phase.testCommand, asker, {forgivePreExisting: false, baseline: known})
  })
}

async function askValidators(run: Run): Promise<readonly NamedVerdict[]> {
  if (run.request.validators.length === 0) return []
  const {cwd, tree} = run.request
  const watch = await watchTree({cwd, ...tree})
  const verdicts: NamedVerdict[] = []
  for (const [index, {validator, options}] of run.request.validators.entries()) {
    const isLast = index === run.request.validators.length - 1
    watch.begin(validator.name)
    const judge = async (onLog: Question['onLog']) => watch.judge(await askOne(run, {validator, options, watch, onLog}), isLast)
    verdicts.push(await timed(run, validator.name, judge))
    if (run.fault) throw run.fault
  }
  return verdicts
}

interface Question {
  readonly validator: Validator
  readonly options: unknown
  readonly watch: TreeWatch
  onLog(file: string): void
}

async function askOne(run: Run, {validator, options, watch, onLog}: Question): Promise<Verdict> {
  const stop = new AbortController()
  const signal = AbortSignal.any([run.request.signal, stop.signal])
  const pause = createPause(() => performance.now())
  const input = inputFor(run, {name: validator.name, signal, pause, onLog}, options, async (suite) => {
    await watch.look()
    const report = await suite()
    await watch.forgive()
    return report
  })
  // Programs have limits of their own; this one is for a validator that hangs.
  const {validationMs, validatorMs = validationMs * 2 + 10_000} = run.request.limits
  return askValidator(validator, input, {limitMs: validatorMs, pause, abort: () => stop.abort()})
}

type WrapSuite = (suite: () => Promise<TestReport>) => Promise<TestReport>

function inputFor(run: Run, asker: Asker, options: unknown, wrapSuite: WrapSuite): ValidatorInput {
  const {cwd, tree, phase, scope = phase ? [phase] : []} = run.request
  const {name, signal} = asker
  const {blobOf: _ours, ...readable} = tree
  return {
    cwd,
    ...readable,
    ...(scope.length > 0 ? {specText: scope.map(specTextOf).join('\n')} : {}),
    ...(phase ? {phase: {name: phase.name, files: phase.files, allowTodo: phase.allowTodo, testCommand: phase.testCommand}} : {}),
    options,
    signal,
    exec: (argv, execOptions) => ours(run, () => execute(run, name, argv, signal, execOptions)),
    runTests: (script) =>
      wrapSuite(() => ours(run, () => runSuite(run, script, asker, {forgivePreExisting: true, baseline: suiteBaseline(run)}))),
  }
}

/** A validator that gets to see a fault of ours is not to blame for it. */
async function ours<T>(run: Run, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ConductError) run.fault ??= error
    throw error
  }
}

function specTextOf({name, tasks, criteria, gotchas}: Phase): string {
  return [name, ...tasks, ...criteria.map(({text}) => text), ...gotchas].join('\n')
}

async function execute(
  run: Run,
  name: string,
  argv: readonly string[],
  signal: AbortSignal,
  options: ExecOptions = {},
): Promise<ExecResult> {
  const {cwd, env, limits} = run.request
  const {marker, logDir} = run.nextRun(name)
  const logFile = join(logDir, 'output.log')
  await mkdir(logDir, {recursive: true}).catch((error: unknown) => Promise.reject(cannotWrite('the output', logFile, error)))
  const timeoutMs = options.timeoutMs ?? limits.validationMs
  const request = {argv, cwd, env: {...env, ...options.env}, marker, signal, timeoutMs, logFile, maxBytes: 1024 * 1024}
  const {exitCode, timedOut, stdout, stderr, error} = await runProcess(request)
  return {exitCode, timedOut, stdout, stderr, logFile, ...(error === undefined ? {} : {error})}
}

function suiteBaseline({request}: Run): (script: string) => Promise<Baseline | undefined> {
  return async (script) => (request.suiteBaseline ? request.suiteBaseline(script) : request.baseline)
}

interface SuiteOptions extends Pick<TestCommandRequest, 'forgivePreExisting'> {
  baseline(script: string): Promise<Baseline | undefined>
}

/** Waiting for its turn, and for what the suite does on the base, is not the asker's time. */
async function runSuite(run: Run, script: string, asker: Asker, options: SuiteOptions): Promise<TestReport> {
  const {cwd, env, limits, tree, inTurn = (suite) => suite()} = run.request
  const {name, signal, pause, onLog} = asker
  const baseline = (text: string) => without(pause, () => options.baseline(text))
  const request = {cwd, env, limits, script, files: tree.files, signal, ...options, baseline, ...run.nextRun(name)}
  const goOn = pause.begin()
  try {
    const report = await inTurn(() => {
      goOn()
      return runTestCommand(request)
    })
    onLog(report.logFile)
    return report
  } finally {
    goOn()
  }
}

async function without<T>(pause: Pause, work: () => Promise<T>): Promise<T> {
  const goOn = pause.begin()
  try {
    return await work()
  } finally {
    goOn()
  }
}

async function timed(
  {request, redactor}: Run,
  validator: string,
  judge: (onLog: (file: string) => void) => Promise<Verdict>,
): Promise<NamedVerdict> {
  const begin = request.now()
  let log: string | undefined
  const judged = await judge((file) => (log = file))
  // Masked before anything is cut: half a secret is not recognised.
  const {status, executed, findings: all, evidence = '', missing} = redactStrings(judged, redactor)
  const duration = Math.max(0, Math.round(request.now() - begin))
  const findings = boundFindings(all)
  const more = {...(missing ? {missing} : {}), ...(log === undefined ? {} : {log_file: log})}
  const verdict = {validator, status, executed, findings, evidence, duration_ms: duration, ...more}
  request.onVerdict?.(verdict)
  return verdict
}
