import type {AgentRequest, AgentTools, SpawnResult} from 'conduct-cli/plugin'
import {execArguments} from './arguments.ts'
import type {CodexOptions} from './options.ts'
import {turnReader, type Turn, type TurnReader} from './reader.ts'
import type {Session} from './session.ts'
import {ThreadLog} from './thread-log.ts'
import {NO_TOKENS} from './tokens.ts'

export interface Attempt {
  readonly request: AgentRequest
  readonly tools: AgentTools
  readonly options: CodexOptions
  readonly program: string
  /** What codex gets besides the environment of the attempt. */
  readonly env: Readonly<Record<string, string>>
  /** Where codex keeps its threads. */
  readonly home: string
  /** MCP servers that the agent is not to have. */
  readonly strangers: readonly string[]
}

export interface Ended {
  readonly result: SpawnResult
  readonly turn: Turn
}

/** How often the log of the thread is looked at. */
const LOOK_MS = 250

/** Starts codex once, with the prompt, in a new thread or in that of `session`. */
export async function exec(attempt: Attempt, session: Session | undefined): Promise<Ended> {
  const {request, tools, options, program, env, strangers} = attempt
  const reader = turnReader(session?.tokens ?? NO_TOKENS, tools.emit)
  const argv = [program, ...execArguments({request, options, thread: session?.thread, strangers})]
  const endFollowing = follow(attempt, reader)
  const running = tools.spawn(argv, {input: request.prompt, env, isProtocol: true, onLine: reader.onLine}).finally(endFollowing)
  // The log of an old thread names the version that began it.
  const [result] = await Promise.all([running, session && tellVersion(attempt)])
  return {result, turn: reader.turn()}
}

/** Looks at the log of the thread until the function that it returns is called, and then once more. */
function follow({home, tools: {emit}}: Attempt, reader: TurnReader): () => Promise<void> {
  const begunAt = Date.now()
  let log: ThreadLog | undefined
  const look = async () => {
    const {thread} = reader.turn()
    if (thread === undefined) return
    log ??= new ThreadLog({home, thread, begunAt}, {onAnswer: reader.onAnswer, onAgent: (agent) => emit({type: 'agent', ...agent})})
    await log.read()
  }
  const timer = setInterval(() => void look(), LOOK_MS)
  return async () => {
    clearInterval(timer)
    await look()
    await log?.close()
  }
}

async function tellVersion({program, env, tools: {spawn, emit}}: Attempt): Promise<void> {
  const {stdout} = await spawn([program, '--version'], {env, isProtocol: true})
  const [version] = /\d+\.\d+\.\d+\S*/.exec(stdout) ?? []
  if (version !== undefined) emit({type: 'agent', version})
}
