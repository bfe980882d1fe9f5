import type {McpServer} from '@modelcontextprotocol/server'
import type {ChangeWatcher, Listening} from './changes.ts'

/**
 * What a client of 2025-11-25 hears of: the resources that it named with `resources/subscribe`, and the list of tasks once
 * it has asked for it. The SDK keeps no book of either. It ends with the server, which belongs to this client alone.
 */
export class Subscriptions {
  readonly #changes: ChangeWatcher
  readonly #server: McpServer
  readonly #named = new Map<string, Listening>()
  #list: Listening | undefined

  constructor(changes: ChangeWatcher, server: McpServer) {
    this.#changes = changes
    this.#server = server
    server.server.onclose = () => this.#end()
  }

  /** Resolves when no change of the resource is missed any more. The same again is no second subscription. */
  async subscribe(uri: string): Promise<void> {
    const listening = this.#named.get(uri) ?? this.#changes.listen({resourceUpdated: (changed) => this.#tell(uri, changed)})
    this.#named.set(uri, listening)
    await listening.ready
  }

  unsubscribe(uri: string): void {
    this.#named.get(uri)?.stop()
    this.#named.delete(uri)
  }

  /** From now on the client hears when tasks come or go. */
  async followList(): Promise<void> {
    this.#list ??= this.#changes.listen({resourcesChanged: () => this.#server.sendResourceListChanged()})
    await this.#list.ready
  }

  #tell(uri: string, changed: string): void {
    // A client that is gone needs no news.
    if (changed === uri) this.#server.server.sendResourceUpdated({uri}).catch(() => undefined)
  }

  #end(): void {
    for (const uri of this.#named.keys()) this.unsubscribe(uri)
    this.#list?.stop()
    this.#list = undefined
  }
}
