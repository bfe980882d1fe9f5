import {setTimeout as wait} from 'node:timers/promises'
import {ConductError} from '../errors.ts'
import {identifyProcess} from '../process.ts'
import type {LeaseOwner, Store} from '../store/store.ts'

/** One runner per task. A lease names its owner and carries an epoch, with which the store refuses a runner that was replaced. */

export type Acquired =
  /** `previous`: who held the lease and died without releasing it; it may have left processes behind. */
  | {readonly ok: true; readonly epoch: number; readonly previous?: LeaseOwner}
  /** `owner` lives and works on the task. */
  | {readonly ok: false; readonly owner: LeaseOwner; readonly epoch: number}

export interface AcquireOptions {
  /** Who asks: `identifyProcess()`. */
  readonly owner: LeaseOwner
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly ttlMs: number
  /** Usually `(other) => isOwnerAlive(other, owner)`. */
  readonly isAlive: (owner: LeaseOwner) => Promise<boolean | 'unknown'>
}

/**
 * Takes the lease when it is free: never held, released, its owner dead, or, where nobody can tell, expired.
 * A living owner keeps it, however late its heartbeat is: a stopped process wakes up again.
 *
 * @throws {ConductError} what the store throws
 */
export async function acquireLease(
  store: Pick<Store, 'readLease' | 'swapLease'>,
  taskId: string,
  options: AcquireOptions,
): Promise<Acquired> {
  const {owner, now, ttlMs, isAlive} = options
  for (;;) {
    const held = await store.readLease(taskId)
    const isFree = held === undefined || held.expiresAt === 0
    if (!isFree && !(await isAbandoned(held.owner, held.expiresAt, {now, isAlive})))
      return {ok: false, owner: held.owner, epoch: held.epoch}
    const epoch = (held?.epoch ?? 0) + 1
    const isTaken = await store.swapLease(taskId, epoch - 1, {epoch, owner, expiresAt: now() + ttlMs})
    if (isTaken) return isFree ? {ok: true, epoch} : {ok: true, epoch, previous: held.owner}
    // Somebody was faster: look again at who it is.
  }
}

async function isAbandoned(owner: LeaseOwner, expiresAt: number, {now, isAlive}: Pick<AcquireOptions, 'now' | 'isAlive'>) {
  const alive = await isAlive(owner)
  return alive === 'unknown' ? expiresAt <= now() : !alive
}

/** Gives the lease back, so that the next runner need not wait. `false` when another runner has it by now. */
export async function releaseLease(store: Pick<Store, 'renewLease'>, taskId: string, epoch: number): Promise<boolean> {
  return store.renewLease(taskId, epoch, 0)
}

/**
 * Is the owner the same process that took the lease? Certain for processes since this start of this host.
 * A restarted host is `unknown`, like any other: two machines may bear one name.
 */
export async function isOwnerAlive(owner: LeaseOwner, here: LeaseOwner): Promise<boolean | 'unknown'> {
  if (owner.host !== here.host || owner.bootId !== here.bootId) return 'unknown'
  const present = await identifyProcess(owner.pid)
  return present?.processStart === owner.processStart
}

export interface HeartbeatOptions {
  readonly ttlMs: number
  /** Ends the heartbeat. Await it before `releaseLease`. */
  readonly signal: AbortSignal
  readonly now: () => number
  /** Called once, when another runner has taken the lease: stop at once. */
  readonly onLost: () => void
}

/**
 * Renews the lease at every third of `ttlMs` until `signal` aborts or the lease is lost. A store that cannot be
 * reached for a while costs nothing: the next beat tries again. Never keeps the process alive.
 */
export async function heartbeat(store: Pick<Store, 'renewLease'>, taskId: string, epoch: number, options: HeartbeatOptions): Promise<void> {
  const {ttlMs, signal, now, onLost} = options
  while (await pause(ttlMs / 3, signal)) {
    if (await renew(store, taskId, epoch, now() + ttlMs)) continue
    onLost()
    return
  }
}

/** `false` only when the store says that the lease is another's. */
async function renew(store: Pick<Store, 'renewLease'>, taskId: string, epoch: number, expiresAt: number): Promise<boolean> {
  try {
    return await store.renewLease(taskId, epoch, expiresAt)
  } catch (error) {
    if (error instanceof ConductError) return true
    throw error
  }
}

/** `false` when aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return wait(ms, true, {signal, ref: false}).catch(() => false)
}
