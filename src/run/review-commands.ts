import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {ReviewSubject} from '../events.ts'
import {subjectKey} from '../tasks/state.ts'
import {runCommand, type CommandRun} from '../validators/run-command.ts'
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
export interface CommandProof extends CommandRun {
  /** Tracked files that it changed: it may have made what it was to prove. */
  readonly changed: readonly string[]
  /** It is as content with an empty folder. */
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
  const phase = context.log.state.phases.at(subject.phase - 1)?.phase
  return withCheckout(context, sha, name, phase, (cwd) =>
    alone(context, {subject}, async () => {
      const print = await printTree(cwd, files)
      const proofs = new Map<string, CommandProof>()
      for (const named of commands) {
        const run = await runIn(context, name, cwd, named)
        const changed = (await print.changes()).map(({file}) => file)
        const isEmpty = named.isPositive && run.exitCode === 0 && (await succeedsOnNothing(context, name, named))
        proofs.set(named.id, {...run, changed, isEmpty})
      }
      return proofs
    }),
  )
}

/** Of the checkout and of the folder below `logs`. */
const evidenceName = (subject: ReviewSubject) => `check-${subjectKey(subject).replaceAll('/', '-')}`

function runIn(context: TaskContext, name: string, cwd: string, {id, command}: NamedCommand, limitMs = Infinity): Promise<CommandRun> {
  const {log, config, places, signal} = context
  const limits = {validationMs: Math.min(limitMs, config.limits.validation)}
  const env = {...checkEnvironment(context, cwd), ...turnVariables(places.stateDir)}
  return runCommand({script: command, cwd, env, marker: `${log.taskId}/${name}/${id}`, logDir: join(places.logs, name, id), limits, signal})
}

async function succeedsOnNothing(context: TaskContext, name: string, named: NamedCommand): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'conduct-empty-'))
  try {
    const {exitCode, executed} = await runIn(context, name, folder, {...named, id: `${named.id}-empty`}, EMPTY_LIMIT_MS)
    // A test runner that finds nothing to run may be content with that.
    return exitCode === 0 && executed !== 0
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}
