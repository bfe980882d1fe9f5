import assert from 'node:assert/strict'
import {Redis} from 'ioredis'
import {ConductError} from '../../src/errors.ts'
import {openRedisStore, type RedisStoreOptions} from '../../src/store/redis-store.ts'
import type {Store} from '../../src/store/store.ts'
import {REDIS_PROGRAM, startRedisServer, type RedisServer} from './redis-server.ts'

/** What a test of the Redis store may open; closed after each test. */
export interface RedisBench {
  open(url: string, options?: Partial<RedisStoreOptions>): Promise<Store>
  startServer(...settings: readonly string[]): Promise<RedisServer>
  /** A client of its own, for what only an administrator does. */
  admin(server: Pick<RedisServer, 'port'>, password?: string): Redis
  closeLater(one: AsyncDisposable): void
}

/** Tests with real servers. Where there is no server program one line says so, and fails where everything must be tested. */
export function describeRedis(title: string, body: (bench: RedisBench) => void): void {
  describe(title, function () {
    if (REDIS_PROGRAM === undefined) {
      const mustRun = process.env['CI'] === 'true'
      it('needs redis-server or valkey-server on PATH', mustRun ? () => assert.fail('There is none.') : undefined)
      return
    }
    this.timeout(120_000)
    const opened: AsyncDisposable[] = []
    afterEach(async () => {
      for (const one of opened.splice(0).toReversed()) await one[Symbol.asyncDispose]()
    })
    body({
      open: async (url, options) => {
        const store = await openRedisStore(url, options)
        opened.push(store)
        return store
      },
      startServer: async (...settings) => {
        const server = await startRedisServer(settings)
        opened.push({[Symbol.asyncDispose]: () => server.remove()})
        return server
      },
      admin: ({port}, password) => {
        const client = new Redis({port, host: '127.0.0.1', ...(password === undefined ? {} : {password})})
        opened.push({[Symbol.asyncDispose]: async () => client.disconnect()})
        return client
      },
      closeLater: (one) => opened.push(one),
    })
  })
}

/** The call fails with this code, and words that match. */
export async function rejects(promise: Promise<unknown>, code: string, message: RegExp, suggestion?: RegExp) {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof ConductError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, message)
    if (suggestion) assert.match(error.suggestions.join('\n'), suggestion)
    return true
  })
}
