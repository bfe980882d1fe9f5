import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {ReviewSubject} from '../events.ts'
import {runProcess, type ProcessResult} from '../process.ts'
import {subjectKey} from '../tasks/state.ts'
import {shellArgv} from '../validators/shell.ts'
import {shorten} from '../validators/test-findings.ts'
import {printTree} from '../validators/tree-print.ts'
import type {TaskContext} from './context.ts'
import {alone, turnVariables} from './suite-turn.ts'
import {checkEnvironment, withCheckout} from './worktree-steps.ts'

/** A command that a reviewer named as evidence. */
export interface NamedCommand {
  /** Of the criterion. */
  readonly id: string
  readonly command: string
  /** It is to show that something is there, so it must fail where nothing is. */
  readonly isPositive: boolean
}

/** How a command ended when we ran it. */
export interface CommandProof {
  /** `null` when a signal or the time limit ended it. */
  readonly exitCode: number | null
  /** `exited with 0`, `ran into the time limit of 900 s`. */
  readonly end: string
  /** What it printed last, shortened. */
  readonly output: string
  /** Tracked files that it changed: it may have made what it was to prove. */
  readonly changed: readonly string[]
  /** It exits with 0 in an empty folder too. */
  readonly isEmpty: boolean
}

export interface CommandRequest {
  readonly subject: ReviewSubject
  readonly sha: string
  /** Committed files. */
  readonly files: readonly string[]
  readonly commands: readonly NamedCommand[]
}

/** An empty folder is quick to look through. */
const EMPTY_LIMIT_MS = 60_000

/**
 * Runs commands one after the other on a clean checkout of their own, in a turn as test suites have it; answers by id. None
 * is run, and no checkout is made, when there are no commands.
 */
export async function proveByCommands(context: TaskContext, request: CommandRequest): Promise<ReadonlyMap<string, CommandProof>> {
  const {subject, sha, files, commands} = request
  if (commands.length === 0) return new Map()
  const name = evidenceName(subject)
  await mkdir(join(context.places.logs, name), {recursive: true})
  const phase = context.log.state.phases.at(subject.phase - 1)?.phase
  return withCheckout(context, sha, name, phase, (cwd) =>
    alone(context, {subject}, async () => {
      const print = await printTree(cwd, files)
      const proofs = new Map<string, CommandProof>()
      for (const named of commands) {
        const result = await runIn(context, name, cwd, named)
        const changed = await print.changes()
        const isEmpty = named.isPositive && result.exitCode === 0 && (await succeedsOnNothing(context, name, named))
        proofs.set(named.id, {...describe(result, context), exitCode: result.exitCode, changed, isEmpty})
      }
      return proofs
    }),
  )
}

/** Of the checkout and of the folder below `logs`. */
const evidenceName = (subject: ReviewSubject) => `check-${subjectKey(subject).replaceAll('/', '-')}`

async function runIn(
  context: TaskContext,
  name: string,
  cwd: string,
  {id, command}: NamedCommand,
  limitMs = Infinity,
): Promise<ProcessResult> {
  const {log, config, places, signal} = context
  const env = {...checkEnvironment(context, cwd), ...turnVariables(places.stateDir)}
  return runProcess({
    argv: await shellArgv(command, env),
    cwd,
    env,
    marker: `${log.taskId}/${name}/${id}`,
    timeoutMs: Math.min(limitMs, config.limits.validation),
    signal,
    logFile: join(places.logs, name, `${id}.log`),
  })
}

async function succeedsOnNothing(context: TaskContext, name: string, named: NamedCommand): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'conduct-empty-'))
  try {
    const {exitCode} = await runIn(context, name, folder, {...named, id: `${named.id}-empty`}, EMPTY_LIMIT_MS)
    return exitCode === 0
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

function describe(result: ProcessResult, {config}: TaskContext): Pick<CommandProof, 'end' | 'output'> {
  const {exitCode, signal, timedOut, error, stdout, stderr} = result
  const end = timedOut
    ? `ran into the time limit of ${config.limits.validation / 1000} s`
    : `exited with ${exitCode ?? signal ?? error ?? 'nothing'}`
  return {end, output: shorten(`${stdout}\n${stderr}`.trim().split('\n').slice(-5).join('\n'))}
}
