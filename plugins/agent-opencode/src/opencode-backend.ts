import path from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import type {AgentBackend, AgentOutcome, AgentRequest, AgentTools} from 'conduct-cli/plugin'
import {parseSession} from './arguments.ts'
import {home} from './home.ts'
import {parseOptions} from './options.ts'
import {isSessionGone, lostRace, toOutcome, type Ended} from './outcome.ts'
import {probe} from './probe.ts'
import {runOnce, type Attempt} from './run-once.ts'
import {attemptVariables} from './settings.ts'
import {createWitness} from './witness.ts'

/** Starts that may lose the race for the database of a new home. */
const STARTS = 4
const PAUSE_MS = 300

/** The backend `opencode`: `opencode run --format json` in the worktree, with the prompt on stdin. */
export function createOpencodeBackend(): AgentBackend {
  return {name: 'opencode', contract: 1, probe, home, run}
}

async function run(request: AgentRequest, tools: AgentTools): Promise<AgentOutcome> {
  const parsed = parseOptions(request.options)
  if (!parsed.ok) return {status: 'failed', retryable: false, cause: `${parsed.problem} ${parsed.hint}`}
  const {options} = parsed
  const witness = await createWitness(request)
  try {
    const env = attemptVariables(request, options, witness)
    return await runWatched({request, tools, env, program: locate(options.program, request.projectDir)})
  } finally {
    await witness.remove()
  }
}

async function runWatched(attempt: Attempt): Promise<AgentOutcome> {
  const session = parseSession(attempt.request.session)
  const ended = await start(attempt, session)
  const isGone = session !== undefined && !attempt.tools.signal.aborted && isSessionGone(ended)
  return toOutcome(isGone ? await start(attempt, undefined) : ended)
}

async function start(attempt: Attempt, session: string | undefined): Promise<Ended> {
  const {signal} = attempt.tools
  let ended = await runOnce(attempt, session)
  for (let count = 1; count < STARTS && lostRace(ended) && !signal.aborted; count += 1) {
    // Each waits for another time, or they would all meet again.
    await wait(PAUSE_MS * count * (1 + Math.random()), undefined, {signal}).catch(() => undefined)
    ended = await runOnce(attempt, session)
  }
  return ended
}

/** A program named by a path is meant from the project, not from the worktree, where an agent could have written it. */
function locate(program: string, projectDir: string): string {
  return program.includes('/') ? path.resolve(projectDir, program) : program
}
