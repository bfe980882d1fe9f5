import {randomUUID} from 'node:crypto'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {allowedEnvironment} from '../agents/environment.ts'
import {loadConfig} from '../config/load.ts'
import type {Config} from '../config/schema.ts'
import {ConductError} from '../errors.ts'
import type {NamedVerdict} from '../events.ts'
import {openGit, openRepository, type Git, type Repository} from '../git/git.ts'
import {openWorkingTree} from '../git/tree.ts'
import {portBase} from '../run/worktree-steps.ts'
import {readSpec} from '../spec/read.ts'
import type {Phase} from '../spec/spec.ts'
import {validate, type Validation} from '../validators/engine.ts'
import type {ValidatorRegistry} from '../validators/registry.ts'
import {findPhase} from '../spec/find-phase.ts'
import {chooseValidators} from './choose-validators.ts'

export interface CheckoutRequest {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly registry: ValidatorRegistry
  /** Validators to run; those of the configuration when empty. */
  readonly names: readonly string[]
  /** Name, title or number of a phase of the spec, whose test command and criteria run too. */
  readonly phase?: string | undefined
  /** Commit that the work began from: what it has already is not blamed on new work. */
  readonly base?: string | undefined
  readonly signal: AbortSignal
  now(): number
  onVerdict?(verdict: NamedVerdict): void
}

export interface CheckoutValidation extends Validation {
  /** Full outputs, kept when something failed. */
  readonly logDir: string | null
}

/**
 * Runs validators on a person's checkout as it is on disk, uncommitted work too. Needs no task and keeps none. A
 * validation in which nothing ran has not passed.
 *
 * @throws {ConductError} `USAGE` for an unknown validator, `PHASE_NOT_FOUND`, and what is wrong with repository, config or spec
 */
export async function validateCheckout(request: CheckoutRequest): Promise<CheckoutValidation> {
  const repository = await openRepository(request.cwd, request.env)
  const {config} = await loadConfig({cwd: repository.root, env: request.env})
  const validators = await chooseValidators(request.names, config, {registry: request.registry, projectDir: repository.root})
  const phase = request.phase === undefined ? undefined : await readPhase(repository.root, config, request.phase)
  const folder = await mkdtemp(join(tmpdir(), 'conduct-validate-'))
  let keepLogs = false
  try {
    const git = await openGit({repository, shadowDir: join(folder, 'shadow'), env: request.env})
    const tree = await openWorkingTree(git, {path: repository.root, ...(await resolveBase(git, request.base))})
    const result = await validate({
      ...common(request, repository, config),
      tree,
      validators,
      logDir: join(folder, 'logs'),
      ...(phase ? {phase} : {}),
    })
    const passed = result.passed && result.verdicts.some(({status}) => status !== 'skip')
    keepLogs = !passed
    return {...result, passed, logDir: keepLogs ? join(folder, 'logs') : null}
  } finally {
    await rm(keepLogs ? join(folder, 'shadow') : folder, {recursive: true, force: true})
  }
}

/** The same limits and environment as in a run, so that both come to the same answer. */
function common({env, signal, now, onVerdict}: CheckoutRequest, {root}: Repository, config: Config) {
  return {
    cwd: root,
    limits: {validationMs: config.limits.validation},
    env: {...allowedEnvironment(env, config.agents.env), CONDUCT_PORT_BASE: String(portBase('validate', root))},
    marker: `validate/${randomUUID()}`,
    signal,
    strict: config.strict,
    now,
    ...(onVerdict ? {onVerdict} : {}),
  }
}

async function readPhase(root: string, config: Config, wanted: string): Promise<Phase> {
  const {spec} = await readSpec(resolve(root, config.spec))
  return findPhase(spec, wanted)
}

async function resolveBase(git: Git, base: string | undefined): Promise<{readonly base?: string}> {
  if (base === undefined) return {}
  const {exitCode, stdout} = await git.runRepo(['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`], {
    accept: [1, 128],
  })
  if (exitCode !== 0)
    throw new ConductError('USAGE', `--base ${base}: there is no such commit.`, ['Name a branch, a tag or a commit: --base main'])
  return {base: stdout.toString().trim()}
}
