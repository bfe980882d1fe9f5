import type {AgentRequest, AgentTools} from 'conduct-cli/plugin'
import {attemptArguments} from './arguments.ts'
import type {Ended} from './outcome.ts'
import {OpencodeReader, type Retry} from './reader.ts'
import type {Variables} from './settings.ts'

export interface Attempt {
  readonly request: AgentRequest
  readonly tools: AgentTools
  readonly program: string
  /** What opencode gets besides the environment of the attempt. */
  readonly env: Variables
}

/** opencode itself waits up to half a minute before it asks again; longer only when the provider says so, and then however long. */
const OWN_WAIT_MS = 45_000

/**
 * Starts opencode once, with the prompt, in a new session or in `session`. A wait that the provider asks for is not waited for
 * here: the pause is conduct's then, and the program ends with the attempt.
 */
export async function runOnce({request, tools, program, env}: Attempt, session: string | undefined): Promise<Ended> {
  const {promise: paused, resolve: pause} = Promise.withResolvers<number>()
  const onRetry = ({message, at}: Retry) => {
    const waitMs = Math.max(0, at - Date.now())
    if (waitMs > OWN_WAIT_MS) return pause(waitMs)
    tools.emit({type: 'text', text: `The model did not answer, so opencode asks again in ${Math.ceil(waitMs / 1000)} s: ${message}`})
  }
  const reader = new OpencodeReader({emit: tools.emit, onRetry})
  const argv = [program, ...attemptArguments(request, session)]
  const running = tools.spawn(argv, {input: request.prompt, env, isProtocol: true, onLine: reader.onLine})
  const ended = await Promise.race([running, paused])
  return {said: reader.said, ...(typeof ended === 'number' ? {pauseMs: ended} : {result: ended})}
}
