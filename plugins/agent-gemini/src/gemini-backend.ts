import {randomUUID} from 'node:crypto'
import type {AgentBackend, AgentOutcome, AgentRequest, AgentTools} from 'conduct-cli/plugin'
import {hasAccount} from './account.ts'
import {attemptArguments, toInput} from './arguments.ts'
import {geminiEnvironment} from './environment.ts'
import {home} from './home.ts'
import {chooseLogin} from './login.ts'
import {parseOptions, type GeminiOptions} from './options.ts'
import {toOutcome} from './outcome.ts'
import {geminiFolder, readPerson, type Person} from './person.ts'
import {policyText} from './policy.ts'
import {createPrivateHome, type PrivateHome} from './private-home.ts'
import {probe} from './probe.ts'
import {locateProgram, readVersion} from './program.ts'
import {geminiReader} from './reader.ts'
import {SessionLog, type SessionLogInput} from './session-log.ts'
import {attemptSettings} from './settings.ts'
import {carriesSettings} from './tree.ts'

/** The session of an earlier attempt may be gone. The prompt says all that is needed to begin anew. */
const SESSION_GONE = /Error resuming session/
const SESSION = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** How often the record of the session is looked at. */
const LOOK_MS = 250

/** The backend `gemini`: the Gemini CLI without a screen, in the worktree, with the prompt on stdin. */
export function createGeminiBackend(): AgentBackend {
  return {name: 'gemini', contract: 1, probe, home, run}
}

interface Attempt {
  readonly request: AgentRequest
  readonly tools: AgentTools
  readonly options: GeminiOptions
  readonly person: Person
  readonly isTrusted: boolean
}

async function run(request: AgentRequest, tools: AgentTools): Promise<AgentOutcome> {
  const {projectDir, env, cwd, permissions, mcpServers = {}} = request
  const parsed = parseOptions(request.options)
  if (!parsed.ok) return refuse(`${parsed.problem} ${parsed.hint}`)
  const read = await readPerson(geminiFolder(parsed.options, projectDir, env))
  if (!read.ok) return refuse(read.problem)
  const isTrusted = permissions === 'full' || !(await carriesSettings(cwd))
  if (!isTrusted && Object.keys(mcpServers).length > 0) return refuse(NO_SERVERS)
  return launch({request, tools, options: parsed.options, person: read.person, isTrusted})
}

const NO_SERVERS =
  'The worktree has settings of its own for gemini, in .gemini or .agents. Without `permissions: "full"` they must not count, and gemini starts no MCP server then.'

async function launch(attempt: Attempt): Promise<AgentOutcome> {
  const {request, tools, options} = attempt
  const place = await prepare(attempt)
  try {
    const version = await readVersion(locateProgram(options, request.projectDir), request.env)
    if (version !== undefined) tools.emit({type: 'agent', version})
    const old = SESSION.test(request.session ?? '') ? request.session : undefined
    const ended = await ask(attempt, place, old)
    const isGone = old !== undefined && !ended.said.hasBegun && SESSION_GONE.test(ended.result.stderr)
    return toOutcome({...(isGone ? await ask(attempt, place, undefined) : ended), turns: request.limits.turns})
  } finally {
    await place.remove()
  }
}

async function prepare({request, options, person}: Attempt): Promise<PrivateHome> {
  const {permissions, mcpServers = {}, env} = request
  const login = chooseLogin(person, {...person.env, ...env}, await hasAccount(person.folder))
  const settings = attemptSettings({person: person.settings, configured: options.settings, request, login})
  return createPrivateHome({
    folder: person.folder,
    settings,
    ...(permissions === 'full' ? {} : {policy: policyText(permissions, Object.keys(mcpServers))}),
    ...(env.TMPDIR === undefined ? {} : {tmpDir: env.TMPDIR}),
  })
}

async function ask({request, tools, options, person, isTrusted}: Attempt, place: PrivateHome, old: string | undefined) {
  const {onLine, said} = geminiReader(tools.emit)
  const session = old === undefined ? {id: randomUUID(), isOld: false} : {id: old, isOld: true}
  const argv = [locateProgram(options, request.projectDir), ...attemptArguments({request, session, ...pick(place.policy)})]
  const env = geminiEnvironment({env: request.env, person, home: place, isTrusted})
  const endFollowing = follow({folder: person.folder, session: session.id, begunAt: Date.now()}, tools.emit)
  const running = tools.spawn(argv, {input: toInput(request.prompt), env, isProtocol: true, onLine})
  const result = await running.finally(endFollowing)
  return {said: said(), result}
}

/** Looks at the record of the session until the function that it returns is called, and then once more. */
function follow(input: SessionLogInput, emit: AgentTools['emit']): () => Promise<void> {
  const log = new SessionLog(input)
  let known = 0
  const look = async () => {
    const usage = await log.read()
    // Any event is a sign of life, so only news are told.
    if (!usage || usage.tokens === known) return
    known = usage.tokens
    emit({type: 'usage', usage})
  }
  const timer = setInterval(() => void look(), LOOK_MS)
  return async () => {
    clearInterval(timer)
    await look()
    await log.close()
  }
}

function pick(policy: string | undefined): {readonly policy?: string} {
  return policy === undefined ? {} : {policy}
}

function refuse(cause: string): AgentOutcome {
  return {status: 'failed', retryable: false, cause}
}
