import {realpath} from 'node:fs/promises'
import {availableParallelism} from 'node:os'
import {join} from 'node:path'
import {ConductError} from '../errors.ts'
import {MARKER} from '../process.ts'
import {CheckoutTurns} from './checkout-turns.ts'
import {isDiskFull} from './disk.ts'
import {requireFolder} from './folder.ts'
import {FIXED_ENV, inheritedEnv, PERSON_PINS, PINS, SEALED_ENV, type Environment} from './environment.ts'
import {isGitFileOf} from './git-file.ts'
import type {Commit} from './objects.ts'
import {createShadow, hasShadow} from './shadow.ts'
import {Slots} from './slots.ts'

/**
 * The one door to git.
 *
 * Agents can write the shared configuration, hooks and attributes of a repository and the `.git` file of a worktree, and plain
 * git executes what stands there. So there are two ways in. `repo` works with the real git directory and does refs and
 * worktree records only. `tree` and `objects` work with a shadow repository of ours, whose configuration no agent can
 * reach, on the objects of the real one; everything that looks at files, attributes or filters goes there.
 */

/** A checkout of a person and the repository behind it. All paths are canonical. */
export interface Repository {
  /** Top folder of the checkout. */
  readonly root: string
  /** Its git directory: the common one, or one below `worktrees/`. */
  readonly gitDir: string
  /** The common git directory: the identity of the repository. */
  readonly commonDir: string
  readonly objectFormat: string
  /** The caller's environment, for the person's own hooks. */
  readonly env: Environment
}

/** A working tree and the index that describes it. */
export interface TreeTarget {
  readonly workTree?: string
  readonly indexFile: string
}

export interface GitOptions {
  /** Written to stdin. Never empty: git would wait for it. */
  readonly input?: string | Buffer
  /** Further `GIT_*` variables: dates of a commit, another place for objects. */
  readonly env?: Readonly<Record<string, string>>
  /** Exit codes besides 0 that are an answer, not a fault. */
  readonly accept?: readonly number[]
}

export interface GitResult {
  readonly exitCode: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** git ended with an exit code that was not expected. Internal: callers that know what it means for a person say so. */
export class GitError extends Error {
  override readonly name = 'GitError'
  readonly args: readonly string[]
  readonly exitCode: number
  readonly stderr: string

  constructor(args: readonly string[], {exitCode, stderr}: GitResult) {
    super(`git ${args.join(' ')} ended with exit code ${exitCode}: ${stderr.trim()}`)
    this.args = args
    this.exitCode = exitCode
    this.stderr = stderr
  }
}

/** Processes at the same time: more only make each other slower. */
const MAX_PROCESSES = 8
const OLDEST_VERSION = [2, 38] as const

/** Opens the shadow repository in `shadowDir`, which must lie outside every tree of an agent, and makes it when missing. */
export async function openGit(options: {
  readonly repository: Repository
  readonly shadowDir: string
  readonly env: Environment
  /** Carried by every git process, so that one that outlives its killed parent is found. */
  readonly marker?: string
}): Promise<Git> {
  const {repository, shadowDir, marker} = options
  const env = {...inheritedEnv(options.env), ...(marker === undefined ? {} : {[MARKER]: marker})}
  const run = (args: readonly string[], extra: Readonly<Record<string, string>> = {}) =>
    expectSuccess(args, {cwd: repository.commonDir, env: {...env, ...FIXED_ENV, ...extra}})
  const version = parseVersion((await run(['version'])).stdout.toString())
  if (!(await hasShadow(shadowDir))) {
    // The only reading of the person's whole configuration: before any agent of this task ran.
    const config = (await run([...PINS, 'config', '--list', '-z'], {GIT_DIR: repository.commonDir})).stdout
    const init = (dir: string) =>
      run(['init', '--quiet', '--bare', '--template=', `--object-format=${repository.objectFormat}`, dir], SEALED_ENV)
    await createShadow({shadowDir, commonDir: repository.commonDir, config: config.toString(), init})
  }
  return new Git({repository, shadowDir: await realpath(shadowDir), env, version})
}

/** git on one repository, through its shadow. */
export class Git {
  readonly repository: Repository
  readonly shadowDir: string
  readonly version: readonly [number, number]
  readonly #env: Readonly<Record<string, string>>
  /** Commits that were read or written, by id: what an id names never changes. */
  readonly commits = new Map<string, Commit>()
  /** Turns of whatever writes the files of a whole tree. */
  readonly checkouts = new CheckoutTurns(availableParallelism())
  readonly #slots = new Slots(MAX_PROCESSES)
  readonly #background = new Set<Promise<void>>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: {
    readonly repository: Repository
    readonly shadowDir: string
    readonly env: Readonly<Record<string, string>>
    readonly version: readonly [number, number]
  }) {
    this.repository = options.repository
    this.shadowDir = options.shadowDir
    this.version = options.version
    this.#env = {...options.env, ...FIXED_ENV, ...SEALED_ENV}
  }

  /** Refs and worktree records of the real repository. Never a command that reads a working tree or an attribute. */
  async repo(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return (await this.runRepo(args, options)).stdout.toString()
  }

  async runRepo(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
    const {commonDir} = this.repository
    return this.#run([...PINS, ...args], commonDir, {GIT_DIR: commonDir}, options)
  }

  /** Whatever reads or writes files and an index, by the shadow's configuration. */
  async tree(target: TreeTarget, args: readonly string[], options: GitOptions = {}): Promise<string> {
    return (await this.runTree(target, args, options)).stdout.toString()
  }

  async runTree({workTree, indexFile}: TreeTarget, args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
    const where = {GIT_INDEX_FILE: indexFile, ...(workTree === undefined ? {} : {GIT_WORK_TREE: workTree})}
    return this.runObjects(args, {...options, env: {...options.env, ...where}})
  }

  /** Objects alone: no index, no files, and so no attributes that an agent wrote. */
  async objects(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return (await this.runObjects(args, options)).stdout.toString()
  }

  async runObjects(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
    const where = {GIT_DIR: this.shadowDir, GIT_OBJECT_DIRECTORY: join(this.repository.commonDir, 'objects')}
    return this.#run(['--no-pager', ...args], this.shadowDir, where, options)
  }

  /** Runs `work` after everything else that this object was asked to run alone. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** Keeps work that nobody waits for, until `drain`. It must not reject. */
  background(work: Promise<void>): void {
    this.#background.add(work)
    void work.finally(() => this.#background.delete(work))
  }

  /** Resolves when all background work has ended. */
  async drain(): Promise<void> {
    await Promise.all(this.#background)
  }

  async #run(args: readonly string[], cwd: string, where: Readonly<Record<string, string>>, options: GitOptions): Promise<GitResult> {
    const env = {...this.#env, ...where, ...options.env}
    return this.#slots.use(() => expectSuccess(args, {cwd, env, ...pick(options)}))
  }
}

/**
 * Finds the repository of a folder.
 *
 * @throws {ConductError} `NOT_A_REPOSITORY`, `BARE_REPOSITORY`, `GIT_MISSING`
 */
export async function openRepository(cwd: string, env: Environment): Promise<Repository> {
  const args = ['rev-parse', '--path-format=absolute', '--is-bare-repository', '--show-object-format', '--git-common-dir', '--git-dir']
  await requireFolder(cwd)
  const place = await realpath(cwd)
  const launch = {cwd: place, env: {...inheritedEnv(env), ...FIXED_ENV}, accept: [128]}
  const found = await expectSuccess([...PINS, ...args, '--show-toplevel'], launch)
  const [bare, objectFormat = '', commonDir = '', gitDir = '', root = ''] = found.stdout.toString().split('\n')
  if (bare === 'true') throw bareRepository(cwd)
  if (found.exitCode !== 0) throw notARepository(cwd, found.stderr)
  const repository = {root: await realpath(root), gitDir: await realpath(gitDir), commonDir: await realpath(commonDir), objectFormat, env}
  // `core.worktree` in the shared configuration could point our writes at any folder.
  if (!(await isGitFileOf(repository.root, repository.gitDir))) throw notARepository(cwd, `${root} is not its own checkout`)
  return repository
}

/**
 * Branch (full name) and commit of a checkout.
 *
 * @throws {ConductError} `NO_COMMIT`, `DETACHED_HEAD`
 */
export async function readHead(repository: Repository): Promise<{readonly branch: string; readonly sha: string; readonly tree: string}> {
  const env = {...inheritedEnv(repository.env), ...FIXED_ENV, GIT_DIR: repository.gitDir}
  const args = [...PINS, 'rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^{commit}']
  const head = await expectSuccess(args, {cwd: repository.root, env, accept: [1, 128]})
  if (head.exitCode !== 0) throw noCommit(repository.root)
  const branch = await expectSuccess([...PINS, 'symbolic-ref', '--quiet', 'HEAD'], {cwd: repository.root, env, accept: [1]})
  if (branch.exitCode !== 0) throw detachedHead(repository.root)
  const sha = head.stdout.toString().trimEnd()
  const tree = await expectSuccess([...PINS, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${sha}^{tree}`], {
    cwd: repository.root,
    env,
  })
  return {branch: branch.stdout.toString().trimEnd(), sha, tree: tree.stdout.toString().trimEnd()}
}

/** One value of the person's own configuration. */
export async function readConfig(repository: Repository, key: string): Promise<string | undefined> {
  const env = {...inheritedEnv(repository.env), ...FIXED_ENV, GIT_DIR: repository.gitDir}
  const result = await expectSuccess([...PERSON_PINS, 'config', '--get', '-z', key], {cwd: repository.root, env, accept: [1]})
  return result.exitCode === 0 ? result.stdout.toString().replace(/\0$/, '') : undefined
}

interface Launch {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly input?: string | Buffer | undefined
  readonly accept?: readonly number[] | undefined
}

const pick = ({input, accept}: GitOptions) => ({input, accept})

async function expectSuccess(args: readonly string[], launch: Launch): Promise<GitResult> {
  const result = await startGit(args, launch)
  if (result.exitCode === 0 || launch.accept?.includes(result.exitCode)) return result
  if (result.exitCode < 0 && /spawn .*(ENOENT|EACCES)/.test(result.stderr)) throw gitMissing(result.stderr)
  if (await isDiskFull(result.stderr, [launch.cwd, launch.env['GIT_WORK_TREE']])) throw diskFull(new GitError(args, result))
  throw new GitError(args, result)
}

async function startGit(args: readonly string[], {cwd, env, input}: Launch): Promise<GitResult> {
  let result: GitResult | undefined
  // Loaded at the first use: commands that only read our own records need no git.
  const {simpleGit} = await import('simple-git')
  const git = simpleGit({
    baseDir: cwd,
    trimmed: false,
    completion: {onClose: true, onExit: false},
    allowEnvironment: Object.keys(env),
    // Each stands for a constant of this file that takes power away: see PINS, SEALED_ENV and `init --template=`.
    unsafe: {allowUnsafeHooksPath: true, allowUnsafeFsMonitor: true, allowUnsafeConfigPaths: true, allowUnsafeTemplateDir: true},
    ...(input === undefined ? {} : {input: () => input}),
    // Called for every end. Bytes and exit code are kept here, since `raw` itself gives text, and wraps what is thrown.
    errors: (_error, {exitCode, stdOut, stdErr}) => {
      // No exit code: killed, or never started.
      result = {exitCode: exitCode ?? -1, stdout: Buffer.concat(stdOut), stderr: Buffer.concat(stdErr).toString()}
      return undefined
    },
  })
  await git
    .env(env)
    .outputHandler(announceEnd)
    .raw([...args])
  if (result === undefined) throw new Error('Internal error: git ended without a result')
  return result
}

/** simple-git waits 50 ms for late output of a process that said nothing: an empty chunk at the end spares that. */
function announceEnd(_command: string, stdout: NodeJS.ReadableStream) {
  stdout.once('end', () => stdout.emit('data', Buffer.alloc(0)))
}

function parseVersion(text: string): readonly [number, number] {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? []
  const version = [Number(major), Number(minor)] as const
  const [oldestMajor, oldestMinor] = OLDEST_VERSION
  if (version[0] > oldestMajor || (version[0] === oldestMajor && version[1] >= oldestMinor)) return version
  throw new ConductError('GIT_MISSING', `git ${version.join('.')} is too old.`, [`Install git ${OLDEST_VERSION.join('.')} or newer.`])
}

const gitMissing = (detail: string) =>
  new ConductError('GIT_MISSING', 'git could not be started.', ['Install git 2.38 or newer and see that it is on PATH.'], detail)

const diskFull = (cause: GitError) =>
  new ConductError('DISK_FULL', 'git could not write: no space left on the disk.', ['Free some space, then `conduct resume`.'], cause)

function notARepository(cwd: string, stderr: string) {
  const foreign = stderr.includes('dubious ownership')
  const hint = foreign ? `git config --global --add safe.directory ${JSON.stringify(cwd)}` : 'git init'
  const why = foreign ? ': it belongs to another user' : ''
  return new ConductError('NOT_A_REPOSITORY', `${cwd} is not inside a usable git repository${why}.`, [`Run \`${hint}\`.`], stderr)
}

const bareRepository = (cwd: string) =>
  new ConductError('BARE_REPOSITORY', `${cwd} is a bare git repository: it has no files to work on.`, [
    `Run \`git clone ${JSON.stringify(cwd)} work\` and start conduct in \`work\`.`,
  ])

const noCommit = (root: string) =>
  new ConductError('NO_COMMIT', `The repository ${root} has no commit yet.`, ['Run `git add -A && git commit -m "Start"`.'])

const detachedHead = (root: string) =>
  new ConductError('DETACHED_HEAD', `${root} is on no branch (detached HEAD).`, [
    'Run `git switch BRANCH`, or `git switch -c NEW-BRANCH` to start one here.',
  ])
