import path from 'node:path'
import type {AgentBackend, AgentOutcome, AgentRequest, AgentTools, Probe, ProbeInput, SpawnResult} from 'conduct-cli/plugin'
import {locateProgram} from './locate.ts'
import {parseOptions} from './options.ts'
import {usageReader} from './usage.ts'

/** `sysexits.h` calls it EX_TEMPFAIL: nothing is wrong, try again later. */
const RATE_LIMITED = 75
const DEFAULT_WAIT_SECONDS = 60
const MAX_WAIT_SECONDS = 7 * 24 * 3600
const CAUSE_LINES = 5
const MAX_CAUSE = 1_000

/**
 * The backend `command`: starts the program of `agents.backends.command.run` in the worktree with the prompt on
 * stdin. Exit code 0 is finished, 75 rate-limited, any other failed.
 */
export function createCommandBackend(): AgentBackend {
  return {name: 'command', probe, run}
}

async function probe({options, cwd, which}: ProbeInput): Promise<Probe> {
  const parsed = parseOptions(options)
  if (!parsed.ok) return parsed
  const [program] = parsed.run
  const [found = program] = locateProgram(parsed.run, cwd)
  if (await which(found)) return {ok: true}
  const problem = `The program "${program}" of \`agents.backends.command.run\` is not there, or cannot be executed.`
  const hint = program.includes('/')
    ? `Create ${path.resolve(cwd, program)} and make it executable (chmod +x).`
    : `Install ${program}, or write a path with a slash in it for a program of the project.`
  return {ok: false, problem, hint}
}

async function run(request: AgentRequest, {emit, spawn}: AgentTools): Promise<AgentOutcome> {
  const parsed = parseOptions(request.options)
  if (!parsed.ok) return {status: 'failed', retryable: false, cause: `${parsed.problem} ${parsed.hint}`}
  const [program] = parsed.run
  const readUsage = usageReader()
  const result = await spawn(locateProgram(parsed.run, request.projectDir), {
    input: request.prompt,
    onLine(line) {
      const usage = readUsage(line)
      if (usage) emit({type: 'usage', usage})
      else if (line.trim() !== '') emit({type: 'text', text: line})
    },
  })
  return toOutcome(program, result)
}

function toOutcome(program: string, {exitCode, signal, stdout, stderr, error}: SpawnResult): AgentOutcome {
  if (error !== undefined) return {status: 'failed', retryable: false, cause: `Cannot start ${program}: ${error}`}
  if (exitCode === 0) return {status: 'finished'}
  if (exitCode === RATE_LIMITED) return {status: 'rate-limited', retryAfterMs: readWaitSeconds(stdout) * 1000}
  const ending = exitCode === null ? `was ended by ${signal ?? 'a signal'}` : `ended with exit code ${exitCode}`
  const said = lastLines(stderr) || lastLines(stdout)
  return {status: 'failed', retryable: true, cause: `${program} ${ending}${said === '' ? '.' : `: ${said}`}`}
}

function readWaitSeconds(stdout: string): number {
  const [, number] = /(\d+(?:\.\d+)?)/.exec(lastLines(stdout, 1)) ?? []
  return number === undefined ? DEFAULT_WAIT_SECONDS : Math.min(Number(number), MAX_WAIT_SECONDS)
}

function lastLines(text: string, count = CAUSE_LINES): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.slice(-count).join('\n').slice(-MAX_CAUSE)
}
