import {setTimeout as wait} from 'node:timers/promises'
import {Redis} from 'ioredis'
import {storeUnreachable} from './errors.ts'
import type {RedisAddress} from './redis-address.ts'
import {isPassing, isReply, refused, unanswered} from './redis-errors.ts'

const RETRY_MS = 50
/** What a call is given even when others before it have waited in vain. Longer than any pause between connections. */
const LEAST_PATIENCE_MS = 1000

/**
 * One connection that mends itself. A command is sent again until it is answered or `patienceMs` are over, so it
 * must be safe to be done twice: the server may have done it and died before it said so. Nothing is left in a
 * queue: what was reported as failed is not sent later.
 */
export class RedisConnection implements AsyncDisposable {
  readonly location: string
  readonly #client: Redis
  readonly #patienceMs: number
  /** What last happened to the connection: the command only learns that there is none. */
  #fault: unknown
  /** When the server was first missed; the patience of all calls counts from there, or an end would take minutes. */
  #missedAt: number | undefined
  #isOpen = true

  private constructor({location, options}: RedisAddress, patienceMs: number) {
    this.location = location
    this.#patienceMs = patienceMs
    this.#client = new Redis({
      ...options,
      lazyConnect: true,
      // Old servers know no other protocol, and we need nothing of the new one.
      protocol: 2,
      disableClientInfo: true,
      // A server that is loading says so to each command, and is asked again.
      enableReadyCheck: false,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times) => Math.min(times * RETRY_MS, 500),
      connectTimeout: patienceMs,
      // A connection that was cut without a word is noticed in time for another.
      socketTimeout: patienceMs / 3,
      disconnectTimeout: RETRY_MS,
    })
    this.#client.on('connect', () => (this.#fault = undefined))
    this.#client.on('error', (error) => (this.#fault = error))
  }

  /** Fails at once where nobody listens. @throws {ConductError} `STORE_UNREACHABLE` */
  static async open(address: RedisAddress, patienceMs: number): Promise<RedisConnection> {
    const connection = new RedisConnection(address, patienceMs)
    try {
      await connection.#client.connect()
    } catch (error) {
      await connection[Symbol.asyncDispose]()
      const fault = connection.#fault ?? error
      throw isReply(fault) ? refused(fault, connection.location) : unanswered(connection.location, fault)
    }
    return connection
  }

  /** @throws {ConductError} `STORE_UNREACHABLE`, `STORE_READ_ONLY`, `STORE_FULL` */
  async call(command: string, ...args: readonly (string | number)[]): Promise<unknown> {
    const least = performance.now() + Math.min(LEAST_PATIENCE_MS, this.#patienceMs)
    for (;;) {
      try {
        return await this.#attempt(command, args)
      } catch (error) {
        if (!this.#isOpen) throw closed(this.location)
        if (isReply(error) && !isPassing(error)) {
          this.#missedAt = undefined
          throw refused(error, this.location)
        }
        this.#missedAt ??= performance.now()
        const deadline = Math.max(least, this.#missedAt + this.#patienceMs)
        if (performance.now() >= deadline) throw unanswered(this.location, this.#fault ?? error, this.#patienceMs)
      }
      await wait(RETRY_MS)
    }
  }

  async #attempt(command: string, args: readonly (string | number)[]): Promise<unknown> {
    // The client goes on in database 0 when it could not select the wanted one.
    if (isReply(this.#fault)) throw this.#fault
    const answer = await this.#client.call(command, ...args)
    this.#missedAt = undefined
    return answer
  }

  /** Closes at once; commands on their way fail. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOpen) this.#client.disconnect()
    this.#isOpen = false
  }
}

const closed = (location: string) => storeUnreachable(location, 'was closed by conduct', [])
