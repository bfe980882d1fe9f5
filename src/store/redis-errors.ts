import {ConductError} from '../errors.ts'
import {storeUnreachable} from './errors.ts'

/** What messages say of a server. */
export interface RedisPlace {
  /** The URL without its password. */
  readonly location: string
  /** `default` where the URL names none. */
  readonly user: string
  /** What the keys of conduct match: `conduct:*`. */
  readonly pattern: string
}

/** What the server said, as against what happened to the connection. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError'
}

/** Also from inside a script. */
export function isReadOnly(error: unknown): boolean {
  return isReply(error) && isReadOnlyText(error.message)
}

/** The same command may succeed a moment later: no connection, or a server that is not ready yet. */
export function isPassing(error: unknown): boolean {
  return !isReply(error) || /^(LOADING|BUSY|TRYAGAIN|MASTERDOWN|CLUSTERDOWN) /.test(error.message)
}

/**
 * A refusal of the server, in words a person can act on. Servers before Redis 7 wrap what was refused inside a script.
 * The client's error is left behind: it carries the arguments of the command, passwords among them.
 */
export function refused({message}: Error, place: RedisPlace): ConductError {
  const {location} = place
  if (/^(NOAUTH|WRONGPASS|ERR invalid password)/.test(message)) {
    return storeUnreachable(location, `did not let conduct in (${message})`, [
      'Put the right user and password into the URL: redis://user:password@host:6379',
      'A task goes on where it was: conduct resume',
    ])
  }
  if (/\bNOPERM\b/.test(message)) return forbidden(place, message, rightsOf(place))
  if (/\bOOM\b/.test(message)) return full(location, message, 'Give the server more memory: see `maxmemory` in redis.conf.')
  if (/\bMISCONF\b.*(No space left|File too large)/s.test(message)) return full(location, message, "Free some space on the server's disk.")
  if (/\bMISCONF\b/.test(message)) {
    return storeUnreachable(location, `cannot write to its disk, so nothing new is accepted (${message})`, [
      "Mend what the server's log complains of, then run `conduct resume`. Nothing that was recorded is lost.",
    ])
  }
  if (isReadOnlyText(message)) {
    return new ConductError('STORE_READ_ONLY', `The state store at ${location} is a replica, which cannot be written.`, [
      'Set `store.url` to the primary server.',
      'A task goes on where it was: conduct resume',
    ])
  }
  if (/DB index|SELECT is not allowed/.test(message)) {
    return storeUnreachable(location, `has no such database (${message})`, [
      'Leave out the number in the URL, or correct it; to share a server, set `store.prefix` instead.',
    ])
  }
  return storeUnreachable(location, `refused a command (${message})`, ['conduct needs Redis 5 or newer, or Valkey.'])
}

const isReadOnlyText = (message: string) => /\bREADONLY\b/.test(message)

/** The user may not do all that conduct does. */
export function missingRights(place: RedisPlace, commands: readonly string[]): ConductError {
  const rights = commands.map((command) => `+${command.toLowerCase()}`).join(' ')
  return forbidden(place, `it may not run ${commands.join(', ')}`, rights)
}

const forbidden = ({location, user}: RedisPlace, what: string, rights: string) =>
  storeUnreachable(location, `does not let the user ${user} do all that conduct needs (${what})`, [
    `Allow it: redis-cli ACL SETUSER ${user} ${rights}`,
    'All that is needed, and nothing more: docs/stores.md',
  ])

/** Everything that conduct asks of a server, as an access rule. `docs/stores.md` has the same line. */
export const rightsOf = ({pattern}: Pick<RedisPlace, 'pattern'>): string =>
  `'~${pattern}' +ping +info +select +get +set +zadd +zrevrange +eval +xrange +xrevrange +xlen +xadd +hget +hmget +hset`

/** Nobody answered, or nobody who was ready, for so long. */
export function unanswered({location}: Pick<RedisPlace, 'location'>, cause: unknown, patienceMs?: number): ConductError {
  const long = patienceMs === undefined ? '' : ` for ${patienceMs / 1000} s`
  return storeUnreachable(
    location,
    `did not answer${long} (${textOf(cause)})`,
    [
      ...tlsHints(cause, location),
      'Start Redis there, or correct `store.url` (CONDUCT_STORE).',
      'A task goes on where it was: conduct resume',
    ],
    isReply(cause) ? undefined : cause,
  )
}

/** What a certificate or its absence means. The names of the codes differ between runtimes, the words do not. */
function tlsHints(cause: unknown, location: string): readonly string[] {
  const text = textOf(cause)
  if (!location.startsWith('rediss:'))
    return /ECONNRESET|Connection is closed/.test(text) ? ['Does it speak TLS? Then write rediss://.'] : []
  if (/wrong version number|InvalidContentType|corrupt message|ETIMEDOUT|ECONNRESET|disconnected before secure/i.test(text))
    return ['If it speaks no TLS, write redis:// instead of rediss://.']
  if (/certificate required|alert|CertificateRequired/i.test(text))
    return ['It wants a certificate of yours: set `store.tls.cert` and `store.tls.key`.']
  if (/certificate|self.signed|UnknownIssuer|altname/i.test(text))
    return ['Set `store.tls.ca` to the file of the authority that signed its certificate, and use a host name that the certificate has.']
  return []
}

const full = (location: string, message: string, suggestion: string) =>
  new ConductError('STORE_FULL', `No room is left in the state store at ${location} (${message}). Nothing that was recorded is lost.`, [
    `${suggestion} Then run \`conduct resume\`.`,
  ])

/** Errors of several addresses (IPv6, IPv4) have no message of their own. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
