import {setTimeout as delay} from 'node:timers/promises'
import {methods, RequestError} from '@agentclientprotocol/sdk'
import type {Fields} from '@conduct-cli/json-fields'
import type {AgentOutcome, AgentRequest, AgentTools, SpawnResult} from 'conduct-cli/plugin'
import {openConnection, type Connection} from './connection.ts'
import {asker, greet, logIn, openSession, Refusal, settle, work, type Greeting} from './conversation.ts'
import {failedRequest} from './failure.ts'
import {argvOf, type AcpOptions} from './options.ts'
import {exited, turnEnded} from './outcome.ts'
import {answer, isAllowed, toolCallOf} from './permission.ts'
import {UpdateReader} from './reader.ts'
import {formatSession, type Session} from './session.ts'
import {usageOf} from './usage.ts'

/** How long an agent may take to end by itself once its work is done, or it is told to stop. */
const GRACE_MS = 1_000

/** What is known when a conversation breaks off. */
interface Progress {
  greeting: Greeting | undefined
  session: Session | undefined
}

/** Starts the agent, has it work on the prompt, and ends it. */
export async function runAttempt(request: AgentRequest, tools: AgentTools, options: AcpOptions): Promise<AgentOutcome> {
  const reader = new UpdateReader(tools.emit)
  const connection = openConnection({
    onUpdate: (params) => reader.onUpdate(params),
    onPermission: async (params) => {
      const toolCall = toolCallOf(params)
      reader.onTool(toolCall)
      const allowed = await isAllowed(toolCall, request)
      if (!allowed) tools.emit({type: 'text', text: `Refused, by \`permissions: "${request.permissions}"\`: ${String(toolCall['title'])}`})
      return answer(params, allowed)
    },
  })
  const argv = argvOf(options, request.projectDir)
  const {input, onLine} = connection
  const running = tools.spawn(argv, {input, env: options.env, isProtocol: true, graceMs: GRACE_MS, onLine}).finally(connection.close)
  const progress: Progress = {greeting: undefined, session: undefined}
  const endCancelling = cancelOnAbort(connection, tools.signal, progress)
  try {
    const result = await converse({request, tools, options, reader, connection}, progress)
    return turnEnded(result, {name: nameOf(progress), reader, isStopped: tools.signal.aborted})
  } catch (error) {
    return await brokenOff(error, progress, {running, argv, isStopped: tools.signal.aborted})
  } finally {
    endCancelling()
    connection.end()
    // Whatever does not end when its stdin does is ended with the attempt.
    await Promise.race([running, delay(GRACE_MS, undefined, {ref: false})])
  }
}

interface Conversation {
  readonly request: AgentRequest
  readonly tools: AgentTools
  readonly options: AcpOptions
  readonly reader: UpdateReader
  readonly connection: Connection
}

/** From the greeting to the end of the turn; what is learned on the way goes into `progress`. */
async function converse({request, tools, options, reader, connection}: Conversation, progress: Progress): Promise<Fields> {
  const ask = asker(connection)
  const greeting = (progress.greeting = await greet(ask))
  const {name, version} = greeting
  tools.emit({type: 'agent', version: version === undefined ? name : `${name} ${version}`})
  await logIn(ask, options)
  const session = (progress.session = await openSession(ask, greeting, request))
  tools.emit({type: 'session', id: formatSession(session)})
  const model = await settle(ask, greeting, session, {...request, modes: options.modes})
  if (model !== undefined) tools.emit({type: 'agent', model})
  reader.begin(session)
  const result = await work(ask, session.id, request)
  reader.endMessage()
  const usage = usageOf(result)
  if (usage !== undefined) tools.emit({type: 'usage', usage})
  return result
}

/** A session is told that it is stopped; without one, the end of its input must do. */
function cancelOnAbort(connection: Connection, signal: AbortSignal, progress: Progress): () => void {
  const cancel = () => {
    const {session} = progress
    if (session === undefined) return connection.end()
    connection.agent.notify(methods.agent.session.cancel, {sessionId: session.id}).catch(() => undefined)
  }
  signal.addEventListener('abort', cancel, {once: true})
  return () => signal.removeEventListener('abort', cancel)
}

interface Ending {
  readonly running: Promise<SpawnResult>
  readonly argv: readonly string[]
  readonly isStopped: boolean
}

async function brokenOff(error: unknown, progress: Progress, {running, argv, isStopped}: Ending): Promise<AgentOutcome> {
  if (isStopped) return {status: 'cancelled'}
  const name = nameOf(progress)
  if (error instanceof Refusal) return {status: 'failed', retryable: false, cause: `${name}: ${error.message}`}
  if (error instanceof RequestError) return failedRequest(name, error, progress.greeting?.logins ?? [])
  // The connection ended, and so has the program.
  return exited(argv, await running, progress.greeting !== undefined)
}

function nameOf({greeting}: Progress): string {
  return greeting?.name ?? 'The agent'
}
