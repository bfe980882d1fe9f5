import type {Send, SessionCheck} from './redis-connection.ts'
import {isReadOnly, isReply, missingRights, type RedisPlace} from './redis-errors.ts'
import type {RedisKeys} from './redis-keys.ts'
import {MISSING_COMMANDS} from './redis-scripts.ts'
import {objectionTo, parseInfo} from './redis-server-check.ts'
import {storeUnreachable} from './errors.ts'

export interface SessionOptions {
  readonly place: RedisPlace
  readonly keys: RedisKeys
  readonly allowVolatile: boolean
  /** A new id for the data of an empty server. */
  readonly newId: () => string
}

/** Is it part of a cluster? `false` where it does not say. */
export async function isCluster(send: Send): Promise<boolean> {
  return parseInfo(String((await infoOf(send('INFO'))) ?? '')).get('cluster_enabled') === '1'
}

/**
 * What is looked at whenever a server was connected, since it may be another one, or the same with other settings: that
 * it keeps what it is told, that its user may do what conduct does, and that the data are those of the session before.
 */
export function createSessionCheck({place, keys, allowVolatile, newId}: SessionOptions): SessionCheck {
  let known: string | undefined
  return async (send, sendToEach) => {
    const probes = [keys.events(''), keys.lease(''), keys.summary('')].map((key) => key.replace('{}', '{store}'))
    const [, infos, missing, identity] = await Promise.all([
      loaded(send('PING')),
      infoOf(sendToEach('INFO')),
      send('EVAL', MISSING_COMMANDS, probes.length, ...probes),
      send('GET', keys.identity),
    ])
    const facts = (infos ?? [undefined]).map((info) => (info === undefined ? undefined : String(info)))
    for (const info of facts) {
      const objection = objectionTo({info, location: place.location, allowVolatile})
      if (objection) throw objection
    }
    const commands = missing as readonly string[]
    if (commands.length > 0) throw missingRights(place, commands)
    known = identityAfter(known, identity ?? (known === undefined ? await identify(send, keys, newId()) : undefined), place)
    return {isPrimary: parseInfo(facts[0] ?? '').get('role') === 'master'}
  }
}

function identityAfter(known: string | undefined, found: unknown, {location}: RedisPlace): string | undefined {
  const identity = typeof found === 'string' ? found : undefined
  if (known === undefined || known === identity) return identity
  throw storeUnreachable(location, 'came back without what it was told, or with the data of another', [
    'Put its files back from where they were before, then run `conduct resume`.',
    "What agents made is still in git: git branch --list 'conduct/*'",
  ])
}

/** The first who comes gives the data their id; a server that cannot be written yet has none. */
async function identify(send: Send, keys: RedisKeys, id: string): Promise<unknown> {
  try {
    await send('SET', keys.identity, id, 'NX')
  } catch (error) {
    if (isReply(error) && (isReadOnly(error) || /^(OOM|MISCONF)/.test(error.message))) return undefined
    throw error
  }
  return send('GET', keys.identity)
}

/** PING is refused as long as the server reads its files, and INFO shows it without them. Who cannot write can be read. */
async function loaded(ping: Promise<unknown>): Promise<void> {
  await ping.catch((error: unknown) => {
    if (!isReply(error) || !error.message.startsWith('MISCONF')) throw error
  })
}

/** `undefined` where the user may not ask. */
async function infoOf<Answer>(asking: Promise<Answer>): Promise<Answer | undefined> {
  return asking.catch((error: unknown) => {
    if (error instanceof Error && error.message.includes('NOPERM')) return undefined
    throw error
  })
}
