import {setTimeout as wait} from 'node:timers/promises'
import type {Cluster, Redis} from 'ioredis'
import {ConductError} from '../errors.ts'
import {storeUnreachable} from './errors.ts'
import {RETRY_MS} from './redis-client.ts'
import {isPassing, isReadOnly, isReply, refused, unanswered, type RedisPlace} from './redis-errors.ts'
import type {StorePatience} from './store.ts'
import {Waiting} from './waiting.ts'

/** Sends one command as it is, once. */
export type Send = (command: string, ...args: readonly (string | number)[]) => Promise<unknown>

/** What a server said of itself at the beginning of a session. */
export interface SessionFacts {
  readonly isPrimary: boolean
}

/** Looks at a server that was just connected, before anything is asked of it. Throws what it objects to. */
export type SessionCheck = (send: Send, sendToEach: (command: string) => Promise<readonly unknown[]>) => Promise<SessionFacts>

/**
 * One connection that mends itself, to a server or to a cluster. A command is sent again until it is answered or the
 * patience is over, so it must be safe to be done twice: the server may have done it and died before it said so.
 */
export class RedisConnection implements AsyncDisposable {
  readonly place: RedisPlace
  readonly #client: Redis | Cluster
  readonly #waiting: Waiting
  #check: SessionCheck = async () => ({isPrimary: false})
  /** Of this session; `undefined` when a new server may be behind the connection. */
  #session: Promise<SessionFacts> | undefined
  #wasPrimary = false
  /** That the primary is one no longer, while it is waited for; between two connections nobody says so. */
  #demotion: Error | undefined
  /** What last happened to the connection: the command only learns that there is none. */
  #fault: unknown
  #isOpen = true

  private constructor(client: Redis | Cluster, place: RedisPlace, patienceMs: number) {
    this.place = place
    this.#client = client
    this.#waiting = new Waiting({ms: patienceMs})
    const fail = (error: unknown) => (this.#fault = error)
    const begin = () => (this.#fault = undefined)
    const forget = () => (this.#session = undefined)
    client.on('error', fail)
    if (client.isCluster) client.on('node error', fail).on('refresh', begin).on('+node', forget)
    else client.on('connect', begin).on('close', forget)
  }

  /** Fails at once where nobody listens. @throws {ConductError} `STORE_UNREACHABLE` */
  static async open(client: Redis | Cluster, place: RedisPlace, patienceMs: number): Promise<RedisConnection> {
    const connection = new RedisConnection(client, place, patienceMs)
    try {
      await client.connect()
    } catch (error) {
      await connection[Symbol.asyncDispose]()
      const fault = connection.#fault ?? error
      throw isReply(fault) ? refused(fault, place) : unanswered(place, fault)
    }
    return connection
  }

  /** From now on `check` comes before the first command of each session, this one too. */
  checkSessions(check: SessionCheck): void {
    this.#check = check
    this.#session = undefined
  }

  extendPatience(patience: StorePatience): void {
    this.#waiting.extend(patience)
  }

  /** @throws {ConductError} `STORE_UNREACHABLE`, `STORE_READ_ONLY`, `STORE_FULL` */
  async call(command: string, ...args: readonly (string | number)[]): Promise<unknown> {
    const begunAt = performance.now()
    for (;;) {
      try {
        const answer = await this.#attempt(command, args)
        this.#waiting.answered()
        this.#demotion = undefined
        return answer
      } catch (error) {
        if (!this.#isOpen) throw closed(this.place)
        if (!this.#mayPass(error)) {
          this.#waiting.answered()
          throw isReply(error) ? refused(error, this.place) : error
        }
        const fault = () => this.#describe(error)
        if (!this.#waiting.missed(begunAt, fault)) throw fault()
      }
      await wait(RETRY_MS)
    }
  }

  async #attempt(command: string, args: readonly (string | number)[]): Promise<unknown> {
    // The client goes on in database 0 when it could not select the wanted one.
    if (isReply(this.#fault)) throw this.#fault
    this.#session ??= this.#begin()
    await this.#session
    return this.#client.call(command, ...args)
  }

  async #begin(): Promise<SessionFacts> {
    const client = this.#client
    const nodes = client.isCluster ? (client as Cluster).nodes('master') : [client]
    try {
      const facts = await this.#check(
        (command, ...args) => client.call(command, ...args),
        (command) => Promise.all(nodes.map((node) => node.call(command))),
      )
      this.#wasPrimary ||= facts.isPrimary
      return facts
    } catch (error) {
      this.#session = undefined
      throw error
    }
  }

  /** A primary that became a replica is left: its name may lead to the new primary, or it may become one again. */
  #mayPass(error: unknown): boolean {
    if (error instanceof ConductError) return false
    if (!isReply(error) || !isReadOnly(error) || !this.#wasPrimary) return isPassing(error)
    this.#demotion = error
    this.#client.disconnect(true)
    return true
  }

  #describe(error: unknown): ConductError {
    if (this.#demotion) return refused(this.#demotion, this.place)
    return unanswered(this.place, isReply(error) ? error : (this.#fault ?? error), this.#waiting.limitMs)
  }

  /** Closes at once; commands on their way fail. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOpen) this.#client.disconnect()
    this.#isOpen = false
  }
}

const closed = ({location}: RedisPlace) => storeUnreachable(location, 'was closed by conduct', [])
