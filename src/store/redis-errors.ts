import {ConductError} from '../errors.ts'
import {storeUnreachable} from './errors.ts'

/** What the server said, as against what happened to the connection. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError'
}

/** The same command may succeed a moment later: no connection, or a server that is not ready yet. */
export function isPassing(error: unknown): boolean {
  return !isReply(error) || /^(LOADING|BUSY|TRYAGAIN|MASTERDOWN|CLUSTERDOWN) /.test(error.message)
}

/**
 * A refusal of the server, in words a person can act on. Servers before Redis 7 wrap what was refused inside a script.
 * The client's error is left behind: it carries the arguments of the command, passwords among them.
 */
export function refused({message}: Error, location: string): ConductError {
  if (/^(NOAUTH|WRONGPASS|ERR invalid password)|\bNOPERM\b/.test(message)) {
    return storeUnreachable(location, `did not let conduct in (${message})`, [
      'Put a user and password that may read and write into the URL: redis://user:password@host:6379',
    ])
  }
  if (/\bOOM\b/.test(message)) return full(location, message, 'Give the server more memory: see `maxmemory` in redis.conf.')
  if (/\bMISCONF\b.*No space left/s.test(message)) return full(location, message, "Free some space on the server's disk.")
  if (/\bREADONLY\b/.test(message)) {
    return new ConductError('STORE_READ_ONLY', `The state store at ${location} is a replica, which cannot be written.`, [
      'Set `store.url` to the primary server.',
    ])
  }
  return storeUnreachable(location, `refused a command (${message})`, ['conduct needs Redis 5 or newer, or Valkey, as a single server.'])
}

/** Nobody answered, or nobody who was ready, for so long. */
export function unanswered(location: string, cause: unknown, patienceMs?: number): ConductError {
  const long = patienceMs === undefined ? '' : ` for ${patienceMs / 1000} s`
  return storeUnreachable(
    location,
    `did not answer${long} (${textOf(cause)})`,
    ['Start Redis there, or correct `store.url` (CONDUCT_STORE).', 'A task goes on where it was: conduct resume'],
    isReply(cause) ? undefined : cause,
  )
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
