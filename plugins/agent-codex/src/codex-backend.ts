import path from 'node:path'
import type {AgentBackend, AgentOutcome, AgentRequest, AgentTools} from 'conduct-cli/plugin'
import {QUIET, settingArguments} from './arguments.ts'
import {exec, type Attempt} from './exec.ts'
import {home} from './home.ts'
import {parseOptions} from './options.ts'
import {toOutcome} from './outcome.ts'
import {sandboxSettings} from './permissions.ts'
import {probe} from './probe.ts'
import {codexHome, homeVariables, locateProgram} from './program.ts'
import {parseSession} from './session.ts'
import {readStrangers} from './strangers.ts'

/** The thread of an earlier attempt may be gone. The prompt says all that is needed to begin anew. */
const THREAD_GONE = /no rollout found|thread\/resume failed/

/** The backend `codex`: `codex exec --json` in the worktree, with the prompt on stdin. */
export function createCodexBackend(): AgentBackend {
  return {name: 'codex', contract: 1, probe, home, run}
}

async function run(request: AgentRequest, tools: AgentTools): Promise<AgentOutcome> {
  const parsed = parseOptions(request.options)
  if (!parsed.ok) return {status: 'failed', retryable: false, cause: `${parsed.problem} ${parsed.hint}`}
  const attempt = await prepare(request, tools, parsed.options)
  const fault = request.permissions === 'full' ? undefined : await findSandboxFault(attempt)
  if (fault !== undefined) return {status: 'failed', retryable: false, cause: fault}
  const session = parseSession(request.session)
  const ended = await exec(attempt, session)
  const isGone = session !== undefined && ended.turn.thread === undefined && THREAD_GONE.test(ended.result.stderr)
  return toOutcome(isGone ? await exec(attempt, undefined) : ended, Date.now())
}

async function prepare(request: AgentRequest, tools: AgentTools, options: Attempt['options']): Promise<Attempt> {
  const {projectDir, cwd} = request
  const program = locateProgram(options, projectDir)
  const env = homeVariables(options, projectDir)
  const home = codexHome(options, projectDir, request.env)
  const list = async () => {
    const argv = [program, 'mcp', 'list', '--json', ...settingArguments(QUIET)]
    return (await tools.spawn(argv, {env, isProtocol: true})).stdout
  }
  return {request, tools, options, program, env, home, strangers: await readStrangers([home, path.join(cwd, '.codex')], list)}
}

/** A sandbox that does not work makes each command fail, and codex ends well all the same. */
async function findSandboxFault({request, tools, program, env}: Attempt): Promise<string | undefined> {
  const settings = settingArguments(sandboxSettings(request.permissions))
  const {exitCode, stderr, error} = await tools.spawn([program, 'sandbox', ...settings, '--', 'true'], {env})
  if (exitCode === 0 || tools.signal.aborted) return undefined
  if (error !== undefined) return `Cannot start codex: ${error}`
  const permissions = `\`permissions: "${request.permissions}"\``
  return `The sandbox of codex, which ${permissions} needs, does not work here: ${stderr.trim().split('\n').at(-1) ?? ''}`
}
