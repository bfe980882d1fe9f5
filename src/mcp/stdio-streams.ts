import type {JSONRPCMessage, McpServer, Transport} from '@modelcontextprotocol/server'
import type {ChangeWatcher, Listening} from './changes.ts'

/**
 * The streams that the client of 2026-07-28 opens on stdio with `subscriptions/listen`. The SDK sends each what it asked for
 * of all that the server tells; here is seen whether any is open, so that the store is looked at only then.
 */
export class StdioStreams {
  readonly #changes: ChangeWatcher
  readonly #open = new Set<string>()
  #listening: Listening | undefined
  #server: McpServer | undefined

  constructor(changes: ChangeWatcher) {
    this.#changes = changes
  }

  /** The server that speaks for the client from now on. */
  attach(server: McpServer): void {
    this.#server = server
  }

  /** To be called once, when the transport has been started. */
  observe(transport: Transport): void {
    const {onmessage, send} = transport
    let before = Promise.resolve()
    transport.onmessage = (message, extra) => {
      // In order: a stream is acknowledged once nothing is missed, and what the client sent after it waits.
      before = before.then(() => this.#notice(message)).then(() => onmessage?.call(transport, message, extra))
    }
    transport.send = (message, options) => {
      // An answer: it was refused.
      if ('id' in message && !('method' in message)) this.#close(message.id)
      return send.call(transport, message, options)
    }
  }

  async #notice(message: JSONRPCMessage): Promise<void> {
    if (!('method' in message)) return
    if (message.method === 'notifications/cancelled') this.#close(message.params?.['requestId'])
    if (message.method !== 'subscriptions/listen' || !('id' in message)) return
    this.#open.add(JSON.stringify(message.id))
    this.#listening ??= this.#changes.listen({
      resourceUpdated: (uri) => void this.#server?.server.sendResourceUpdated({uri}).catch(() => undefined),
      resourcesChanged: () => this.#server?.sendResourceListChanged(),
    })
    await this.#listening.ready
  }

  #close(id: unknown): void {
    if (!this.#open.delete(JSON.stringify(id)) || this.#open.size > 0) return
    this.#listening?.stop()
    this.#listening = undefined
  }
}
