import {copyFile, lstat, mkdir, readFile, rm} from 'node:fs/promises'
import {createHash} from 'node:crypto'
import {dirname, isAbsolute, join, relative, resolve} from 'node:path'
import {allowedEnvironment} from '../agents/environment.ts'
import {ConductError} from '../errors.ts'
import type {Phase} from '../spec/spec.ts'
import {readRef, integrationRef, keptRef, updateRefs} from '../git/refs.ts'
import {checkWorktree, createWorktree, RefExistsError, removeWorktree, type Worktree, type WorktreeRequest} from '../git/worktrees.ts'
import {runProcess} from '../process.ts'
import {shellArgv} from '../validators/shell.ts'
import {findModule, toWorktree, type WorktreeRecord} from '../tasks/state.ts'
import type {RunContext, TaskContext} from './context.ts'
import {modulePath} from '../tasks/places.ts'

/** A module's worktree: on its own branch, from the phase's base, set up and ready for an agent. */
export async function prepareModule(context: RunContext, phase: number, slug: string): Promise<void> {
  const {log, places} = context
  const [phaseState, module] = [log.state.phases[phase - 1], findModule(log.state, phase, slug)]
  if (!phaseState || !module) throw new Error(`Internal error: no module ${slug} in phase ${phase}`)
  const place = {name: slug, phase, path: modulePath(places, phase, slug), branch: module.branch, base_sha: phaseState.baseSha}
  const isBegun = log.state.worktrees.some((worktree) => worktree.branch === module.branch)
  await log.append({type: 'worktree.creating', ...place})
  const {gitDir} = await makeModuleWorktree(context, place, phaseState.baseSha, isBegun)
  await setUpWorktree(context, place.path, phaseState.phase)
  await log.append({type: 'worktree.created', ...place, git_dir: gitDir})
}

/**
 * Where the branch begins. A branch that is there already is this module's earlier work if this worktree was
 * begun before; anything else under its name is moved to a kept ref, so that nothing is lost or built upon.
 */
async function makeModuleWorktree(
  context: RunContext,
  {path, branch}: {path: string; branch: string},
  baseSha: string,
  adopt: boolean,
): Promise<Worktree> {
  try {
    return await makeWorktree(context, {path, ref: branch, sha: baseSha, adopt})
  } catch (error) {
    if (!(error instanceof RefExistsError)) throw error
    await moveAside(context, error)
    return makeWorktree(context, {path, ref: branch, sha: baseSha, adopt})
  }
}

async function moveAside({git, log, now}: RunContext, {ref: branch, sha}: RefExistsError): Promise<void> {
  const kept = keptRef(log.taskId, `${branch.split('/').slice(-2).join('-')}-${now()}`)
  await updateRefs(git, [
    {ref: kept, to: sha, from: null},
    {ref: branch, to: null, from: sha},
  ])
  await log.append({type: 'drift.repaired', what: `${branch} held other work; it is kept as ${kept}`})
}

/** Did an agent delete its worktree, or put a link in its place? */
export async function isGone(worktree: Worktree): Promise<boolean> {
  try {
    await checkWorktree(worktree)
    return false
  } catch (error) {
    if (error instanceof ConductError && error.code === 'WORKTREE_NOT_FOUND') return true
    throw error
  }
}

/** The worktree where merges are resolved and phases repaired: detached, so that agents cannot move integration. */
export async function integrationWorktree(context: RunContext): Promise<Worktree> {
  const {log, git, places} = context
  const known = log.state.worktrees.find(({name, phase}) => name === 'integration' && phase === 0)
  const sha = (await readRef(git, integrationRef(log.taskId))) ?? log.state.integrationSha
  const path = join(places.worktrees, 'integration')
  if (known?.isReady && !(await isGone(toWorktree(known)))) return toWorktree(known)
  if (known) await removeWorktree(git, toWorktree(known))
  const place = {name: 'integration', phase: 0, path, branch: '', base_sha: sha}
  await log.append({type: 'worktree.creating', ...place})
  const worktree = await makeWorktree(context, {path, ref: null, sha})
  await setUpWorktree(context, path, log.state.phases.at(-1)?.phase)
  await log.append({type: 'worktree.created', ...place, git_dir: worktree.gitDir})
  return worktree
}

/** A clean checkout of one commit that no agent ever sees; `use` it, and it is gone. */
export async function withCheckout<T>(
  context: TaskContext,
  sha: string,
  name: string,
  phase: Phase | undefined,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const {log, git, places} = context
  const place = {name, phase: 0, path: join(places.worktrees, name), branch: '', base_sha: sha}
  await log.append({type: 'worktree.creating', ...place})
  const worktree = await makeWorktree(context, {path: place.path, ref: null, sha})
  try {
    await setUpWorktree(context, place.path, phase)
    return await use(place.path)
  } finally {
    await removeWorktree(git, worktree)
    await log.append({type: 'worktree.removed', name, path: place.path})
  }
}

/** Removes a recorded worktree, if it is still there. */
export async function dropWorktree(context: RunContext, record: WorktreeRecord): Promise<void> {
  const {git, log} = context
  await removeWorktree(
    git,
    record.isReady
      ? toWorktree(record)
      : await makeWorktree(context, {path: record.path, ref: refOf(record), sha: record.baseSha, adopt: true}),
  )
  await log.append({type: 'worktree.removed', name: record.name, path: record.path})
}

const refOf = ({branch}: WorktreeRecord) => (branch === '' ? null : branch)

async function makeWorktree(
  {git, places}: TaskContext,
  request: Pick<WorktreeRequest, 'path' | 'ref' | 'sha' | 'adopt'>,
): Promise<Worktree> {
  await mkdir(dirname(places.repositoryLock), {recursive: true, mode: 0o700})
  return createWorktree(git, {...request, lock: places.repositoryLock, root: places.worktrees})
}

async function setUpWorktree(context: TaskContext, path: string, phase: Phase | undefined): Promise<void> {
  const {config, log} = context
  for (const file of config.worktrees.copy) await copyInto(log.state.started.working_directory, path, file)
  const scripts = [...config.worktrees.setup, ...(phase?.setupCommand === undefined ? [] : [phase.setupCommand])]
  for (const script of scripts) await runSetup(context, path, script)
}

/** @throws {ConductError} `CONFIG_INVALID` for a file of `worktrees.copy` that is outside the repository */
export async function copyInto(from: string, to: string, file: string): Promise<void> {
  const target = resolve(to, file)
  if (isAbsolute(file) || relative(to, target).startsWith('..')) {
    throw new ConductError('CONFIG_INVALID', `worktrees.copy: ${file} is outside the repository.`, [
      'Name files relative to the repository.',
    ])
  }
  const source = join(from, file)
  const isThere = await lstat(source).catch(() => undefined)
  if (!isThere?.isFile()) return
  await mkdir(dirname(target), {recursive: true})
  await rm(target, {force: true})
  await copyFile(source, target)
}

async function runSetup(context: TaskContext, cwd: string, script: string): Promise<void> {
  const {config, log, places, signal} = context
  await mkdir(places.logs, {recursive: true})
  const logFile = join(places.logs, `setup-${createHash('sha256').update(`${cwd}\0${script}`).digest('hex').slice(0, 8)}.log`)
  const env = checkEnvironment(context, cwd)
  const result = await runProcess({
    argv: await shellArgv(script, env),
    cwd,
    env,
    marker: `${log.taskId}/setup`,
    timeoutMs: config.limits.validation,
    signal,
    logFile,
  })
  if (result.exitCode === 0 || signal.aborted) return
  const last = await readFile(logFile, 'utf8').then((text) => text.trim().split('\n').at(-1) ?? '')
  const how = result.timedOut ? `ran into its time limit of ${config.limits.validation / 1000} s (limits.validation)` : 'failed'
  throw new ConductError('TOOL_MISSING', `The setup command \`${script}\` ${how} in ${cwd}: ${last}`, [
    `Read the whole output: ${logFile}`,
    'Change `worktrees.setup` in the config, or the Setup Command of the phase.',
  ])
}

/** What setup commands and checks see: tests are agents' code, so they get no more than the agents did. */
export function checkEnvironment({hostEnv, config, log}: TaskContext, cwd: string): Record<string, string> {
  return {...allowedEnvironment(hostEnv, config.agents.env), CONDUCT_PORT_BASE: String(portBase(log.taskId, cwd))}
}

/** First of the 20 ports that a worktree may use, spread so that worktrees rarely share one. */
export function portBase(taskId: string, path: string): number {
  const hash = createHash('sha256').update(`${taskId}\0${path}`).digest().readUInt16BE(0)
  return 20_000 + (hash % 2_000) * 20
}
