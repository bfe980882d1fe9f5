import {randomUUID} from 'node:crypto'
import {mkdir, mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, relative, resolve, sep} from 'node:path'
import {allowedEnvironment} from '../agents/environment.ts'
import {loadConfig} from '../config/load.ts'
import type {Config} from '../config/schema.ts'
import type {NamedVerdict} from '../events.ts'
import {openGit, openRepository, type Repository} from '../git/git.ts'
import {openWorkingTree, type TreeReader} from '../git/tree.ts'
import {portBase} from '../run/worktree-steps.ts'
import {readSpec} from '../spec/read.ts'
import type {Phase} from '../spec/spec.ts'
import {validate, type Validation, type ValidationRequest} from '../validators/engine.ts'
import type {ValidatorRegistry} from '../validators/registry.ts'
import type {Validator} from '../validators/validator.ts'
import {findPhase} from '../spec/find-phase.ts'
import {baseSuites, type BaseSuitesRequest} from './base-suites.ts'
import {chooseValidators} from './choose-validators.ts'
import {pruneEmpty} from './log-folder.ts'
import {createMachineTurn} from './machine-turn.ts'
import {resolveSince} from './since.ts'

export interface CheckoutRequest {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly registry: ValidatorRegistry
  /** Validators to run; those of the configuration when empty. */
  readonly names: readonly string[]
  /** Name, title or number of a phase of the spec, whose test command and criteria run too. */
  readonly phase?: string | undefined
  /** Branch, tag or commit that the work began from: what was there already is not blamed on new work. */
  readonly since?: string | undefined
  /** Absolute paths of files that are no part of the project: reports of an earlier validation. */
  readonly leaveOut?: readonly string[]
  readonly signal: AbortSignal
  now(): number
  onVerdict?(verdict: NamedVerdict): void
  /** Told what takes time besides the validators: waiting for other suites, running one on the base. */
  onNote?(text: string): void
}

export interface CheckoutValidation extends Validation {
  /** Full outputs, kept when something failed; `null` when all passed, or when there is no output. */
  readonly logDir: string | null
}

/**
 * Runs validators on a person's checkout as it is on disk, uncommitted work too. Needs no task and keeps none. A
 * validation in which nothing ran has not passed, unless there is something to check and none of it changed since.
 *
 * @throws {ConductError} `USAGE` for an unknown validator, `PHASE_NOT_FOUND`, and what is wrong with repository, config or spec
 */
export async function validateCheckout(request: CheckoutRequest): Promise<CheckoutValidation> {
  const repository = await openRepository(request.cwd, request.env)
  const {config} = await loadConfig({cwd: repository.root, env: request.env})
  const validators = await chooseValidators(request.names, config, {registry: request.registry, projectDir: repository.root})
  const phase = request.phase === undefined ? undefined : await readPhase(repository.root, config, request.phase)
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'conduct-validate-')))
  const logs = join(folder, 'logs')
  let hasFailed = false
  try {
    await mkdir(join(folder, 'git'))
    const git = await openGit({repository, shadowDir: join(folder, 'git', 'shadow'), env: request.env})
    const base = request.since === undefined ? {} : {base: await resolveSince(git, request.since)}
    const tree = without(request.leaveOut ?? [], repository.root, await openWorkingTree(git, {path: repository.root, ...base}))
    const settings = common(request, repository, config)
    const suites = suitesOn(base.base, {request, settings, git, tree, folder, config, phase})
    const asked = {...settings, ...suites, tree, validators, logDir: logs, ...(phase ? {phase} : {})}
    const result = await validate(asked)
    const hasChecked = result.verdicts.some(({status}) => status !== 'skip')
    const passed = result.passed && (hasChecked || (request.since !== undefined && (await hasWork(asked))))
    hasFailed = !passed
    return {...result, passed, logDir: hasFailed && (await pruneEmpty(logs)) ? logs : null}
  } finally {
    for (const name of hasFailed ? ['git', 'base'] : ['.']) await rm(join(folder, name), {recursive: true, force: true})
    await pruneEmpty(folder)
  }
}

interface BasePlace extends Pick<BaseSuitesRequest, 'git' | 'tree' | 'folder' | 'config'> {
  readonly request: CheckoutRequest
  readonly settings: Pick<ValidationRequest, 'cwd' | 'env' | 'marker' | 'signal'>
  readonly phase: Phase | undefined
}

/** Without a base, nothing is known of old failures. */
function suitesOn(
  sha: string | undefined,
  {request, settings, phase, folder, ...place}: BasePlace,
): Pick<ValidationRequest, 'suiteBaseline'> {
  if (sha === undefined) return {}
  const {cwd: root, env, marker, signal} = settings
  const onRun = (script: string) => {
    const [line = '', ...more] = script.split('\n')
    request.onNote?.(`running \`${line}${more.length > 0 ? ' …' : ''}\` on the base, to tell old failures from new ones`)
  }
  const logDir = join(folder, 'logs', 'base')
  return {suiteBaseline: baseSuites({...place, folder, root, sha, logDir, setupCommand: phase?.setupCommand, env, marker, signal, onRun})}
}

/** Is there anything that the validators look at when it changes? Then that nothing has changed since is an answer. */
async function hasWork({onVerdict: _told, ...asked}: ValidationRequest): Promise<boolean> {
  const tree = {...asked.tree, changedFiles: asked.tree.files}
  const validators = asked.validators.map(({validator, options}) => ({validator: asking(validator), options}))
  const {verdicts} = await validate({...asked, tree, validators})
  return verdicts.some(({status}) => status === 'pass')
}

/** Says whether it would have something to do, and does nothing. */
function asking(validator: Validator): Validator {
  return {
    name: validator.name,
    applies: (input) => validator.applies(input),
    run: async () => ({status: 'pass', executed: 1, findings: []}),
  }
}

function without(paths: readonly string[], root: string, tree: TreeReader): TreeReader {
  const left = new Set(paths.map((path) => relative(root, path).split(sep).join('/')))
  const isIn = (file: string) => !left.has(file)
  return {...tree, files: tree.files.filter(isIn), changedFiles: tree.changedFiles.filter(isIn)}
}

/** The same limits and environment as in a run, so that both come to the same answer. */
function common({env, signal, now, onVerdict, onNote}: CheckoutRequest, {root}: Repository, config: Config) {
  const onWait = () => onNote?.('waiting: another test suite runs on this machine')
  const turn = config.limits.exclusiveTests ? createMachineTurn({env, signal, onWait}) : undefined
  return {
    cwd: root,
    limits: {validationMs: config.limits.validation},
    env: {...allowedEnvironment(env, config.agents.env), ...turn?.variables, CONDUCT_PORT_BASE: String(portBase('validate', root))},
    marker: `validate/${randomUUID()}`,
    signal,
    strict: config.strict,
    now,
    ...(onVerdict ? {onVerdict} : {}),
    ...(turn ? {inTurn: turn.inTurn} : {}),
  }
}

async function readPhase(root: string, config: Config, wanted: string): Promise<Phase> {
  const {spec} = await readSpec(resolve(root, config.spec))
  return findPhase(spec, wanted)
}
