import {readFile} from 'node:fs/promises'
import type {RedisOptions} from 'ioredis'
import {ConductError} from '../errors.ts'

export interface RedisAddress {
  /** The URL without its password, for people. */
  readonly location: string
  readonly options: Pick<RedisOptions, 'host' | 'port' | 'username' | 'password' | 'db' | 'tls'>
}

/** Files in PEM, for `rediss://`. */
export interface TlsFiles {
  /** Authorities that may have signed the server's certificate, instead of the well-known ones. */
  readonly ca?: string | undefined
  /** Certificate of the client, and its key. */
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** `false` talks to anybody who answers. */
  readonly verify?: boolean | undefined
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

/**
 * The address with what its TLS needs read from disk.
 *
 * @throws {ConductError} `CONFIG_INVALID`
 */
export async function withTls({location, options}: RedisAddress, files: TlsFiles | undefined): Promise<RedisAddress> {
  if (!files) return {location, options}
  if (!options.tls) throw invalid(location, '`store.tls` is set, but redis:// is without TLS.', ['Write rediss:// instead of redis://.'])
  const {ca, cert, key, verify = true} = files
  if ((cert === undefined) !== (key === undefined)) throw invalid(location, '`store.tls.cert` and `store.tls.key` need each other.', [])
  const [caText, certText, keyText] = await Promise.all([readPem('ca', ca), readPem('cert', cert), readPem('key', key)])
  const tls = {
    ...(caText === undefined ? {} : {ca: caText}),
    ...(certText === undefined ? {} : {cert: certText}),
    ...(keyText === undefined ? {} : {key: keyText}),
    rejectUnauthorized: verify,
  }
  return {location, options: {...options, tls}}
}

async function readPem(name: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConductError(
      'CONFIG_INVALID',
      `store.tls.${name}: ${file} cannot be read (${why}).`,
      ['Correct the path, or the permissions.'],
      cause,
    )
  })
  if (text.includes('-----BEGIN ')) return text
  throw new ConductError('CONFIG_INVALID', `store.tls.${name}: ${file} is no PEM file.`, ['Convert it: openssl x509 -inform der -in FILE'])
}

/** `undefined` for nothing at all. */
function decode(text: string, location: string): string | undefined {
  try {
    return decodeURIComponent(text) || undefined
  } catch {
    throw invalid(location, 'A % in the user name or password must be written as %25.')
  }
}

const invalid = (location: string, why: string, suggestions: readonly string[] = ['Write it as redis://user:password@host:6379/0']) =>
  new ConductError('CONFIG_INVALID', `The address of the state store, ${location}, cannot be used. ${why}`, suggestions)
