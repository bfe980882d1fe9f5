import {client, methods, type AnyMessage, type ClientConnection, type RequestPermissionResponse} from '@agentclientprotocol/sdk'
import {parseLine, type Fields} from '@conduct-cli/json-fields'
import {TextQueue} from './text-queue.ts'

/** What the agent says or asks by itself, as it stands in the message. */
export interface AgentListener {
  /** The `params` of `session/update`. */
  onUpdate(params: unknown): void
  /** Answers `session/request_permission`. */
  onPermission(params: unknown): Promise<RequestPermissionResponse>
}

/** One end of the protocol; the other is a program that reads `input` and whose lines are handed to `onLine`. */
export interface Connection {
  /** For requests, which are rejected with a `RequestError` that the agent sends, or when the connection is closed. */
  readonly agent: ClientConnection['agent']
  readonly input: AsyncIterable<string>
  onLine(line: string): void
  /** Nothing more is written. What was asked is still answered. */
  end(): void
  /** The program is gone: nothing will be answered any more. */
  close(): void
}

/** Opens our end, as a client that offers neither files nor terminals. */
export function openConnection({onUpdate, onPermission}: AgentListener): Connection {
  const input = new TextQueue()
  const asked = new Set<unknown>()
  let deliver: ReadableStreamDefaultController<AnyMessage> | undefined
  const readable = new ReadableStream<AnyMessage>({start: (controller) => void (deliver = controller)})
  const writable = new WritableStream<AnyMessage>({write: (message) => send(message)})
  const connection = client({name: 'conduct'})
    // First of all, so that it is told of at once: what follows an update must not overtake it.
    .onNotification(methods.client.session.update, asIs, ({params}) => onUpdate(params))
    .onRequest(methods.client.session.requestPermission, asIs, ({params}) => onPermission(params))
    .connect({readable, writable})
  return {agent: connection.agent, input, onLine, end: () => input.end(), close: () => connection.close()}

  function send(message: AnyMessage): void {
    if ('method' in message && 'id' in message) asked.add(message.id)
    input.push(`${JSON.stringify(message)}\n`)
  }

  /** Agents print other things than the protocol, too. */
  function onLine(line: string): void {
    const message = parseLine(line.trim())
    if (message?.['jsonrpc'] !== '2.0' || connection.signal.aborted) return
    if (isCall(message) || asked.delete(message['id'])) deliver?.enqueue(message as AnyMessage) // looked at once more by whoever takes it
  }
}

const isCall = (message: Fields) => typeof message['method'] === 'string'

/** Checked by whoever reads it: one field that is not as it should be is no reason to hear nothing of the rest. */
const asIs = (params: unknown) => params
