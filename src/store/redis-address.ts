import type {RedisOptions} from 'ioredis'
import {ConductError} from '../errors.ts'

export interface RedisAddress {
  /** The URL without its password, for people. */
  readonly location: string
  readonly options: Pick<RedisOptions, 'host' | 'port' | 'username' | 'password' | 'db' | 'tls'>
}

/**
 * `redis://user:password@host:port/database`, or `rediss://` for TLS. Read by us, since the client would take any
 * option of its own from the query.
 *
 * @throws {ConductError} `CONFIG_INVALID`
 */
export function parseRedisUrl(text: string): RedisAddress {
  const url = new URL(text)
  const location = `${url.protocol}//${url.username && `${url.username}@`}${url.host || 'localhost'}${url.pathname}`
  if (url.search || url.hash) throw invalid(location, 'Nothing may follow the number of the database.')
  const database = url.pathname.replace(/^\//, '')
  if (!/^\d*$/.test(database)) throw invalid(location, `"${database}" is not the number of a database.`)
  return {
    location,
    options: {
      // Brackets belong to the URL, not to the address.
      host: url.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost',
      port: Number(url.port || 6379),
      username: decode(url.username, location),
      password: decode(url.password, location),
      db: Number(database),
      ...(url.protocol === 'rediss:' ? {tls: {}} : {}),
    },
  }
}

/** `undefined` for nothing at all. */
function decode(text: string, location: string): string | undefined {
  try {
    return decodeURIComponent(text) || undefined
  } catch {
    throw invalid(location, 'A % in the user name or password must be written as %25.')
  }
}

const invalid = (location: string, why: string) =>
  new ConductError('CONFIG_INVALID', `The address of the state store, ${location}, cannot be used. ${why}`, [
    'Write it as redis://user:password@host:6379/0',
  ])
