import type {ConductError} from '../errors.ts'
import {storeUnreachable} from './errors.ts'

export interface ServerCheck {
  /** The answer to INFO; `undefined` where it is forbidden. */
  readonly info: string | undefined
  readonly location: string
  readonly allowVolatile: boolean
}

/** Why a server must not be trusted with the logs of tasks; `undefined` when it may. */
export function objectionTo({info = '', location, allowVolatile}: ServerCheck): ConductError | undefined {
  const facts = parseInfo(info)
  if (mayEvict(facts)) return evicting(location, facts.get('maxmemory_policy'))
  if (allowVolatile || facts.get('aof_enabled') === '1') return undefined
  return facts.get('aof_enabled') === '0' ? volatile(location) : silent(location)
}

/** `name:value` lines, between headings. */
export function parseInfo(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\r\n').flatMap((line): readonly (readonly [string, string])[] => {
    const colon = line.indexOf(':')
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : []
  })
  return new Map(pairs)
}

function mayEvict(facts: ReadonlyMap<string, string>): boolean {
  const policy = facts.get('maxmemory_policy') ?? 'noeviction'
  return policy !== 'noeviction' && Number(facts.get('maxmemory') ?? 0) > 0
}

const evicting = (location: string, policy = '') =>
  storeUnreachable(location, `may drop events when its memory is full (maxmemory-policy ${policy})`, [
    'Set `maxmemory-policy noeviction` in redis.conf, or now: redis-cli CONFIG SET maxmemory-policy noeviction',
    'Or use a server of its own for conduct.',
  ])

const volatile = (location: string) =>
  storeUnreachable(location, 'forgets what it was told when it stops (appendonly no)', [
    'Set `appendonly yes` in redis.conf, or now: redis-cli CONFIG SET appendonly yes',
    'For a trial only: set `store.allowVolatile` to true.',
  ])

const silent = (location: string) =>
  storeUnreachable(location, 'does not say whether it keeps what it was told', [
    'Let the user of `store.url` call INFO: redis-cli ACL SETUSER name +info',
    'If you know that its append-only file is on: set `store.allowVolatile` to true.',
  ])
