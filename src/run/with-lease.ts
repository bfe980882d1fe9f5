import {setTimeout as wait} from 'node:timers/promises'
import {ConductError, permissionRefused} from '../errors.ts'
import {identifyProcess} from '../process.ts'
import type {Lease, LeaseOwner, Store} from '../store/store.ts'
import {acquireLease, heartbeat, isOwnerAlive, releaseLease, type Acquired} from './lease.ts'

export interface LeaseUser {
  readonly store: Pick<Store, 'readLease' | 'swapLease' | 'renewLease'>
  /** How long the lease will be held; see `LeaseOwner`. */
  readonly purpose: NonNullable<LeaseOwner['purpose']>
  now(): number
  /** Who asks, when that is known already: to ask the system takes a millisecond. */
  readonly here?: LeaseOwner | undefined
  /** Ends the wait for the lease; `use`, once begun, looks after itself. */
  readonly signal?: AbortSignal | undefined
  /** How long to wait while the same operation holds it. Default 30 s. */
  readonly patienceMs?: number
  /** What to say when a living process holds the lease. Default: that it works on the task. */
  refuse?(owner: LeaseOwner): ConductError
}

const PATIENCE_MS = 30_000

/** As long as others come and go, the wait goes on: that is a queue, not a fault. But not forever. */
const LONGEST_WAIT_MS = 10 * PATIENCE_MS

const LEASE_TTL_MS = 15_000
const RELEASE_RETRY_MS = 1000

/**
 * Holds a task's lease while `use` runs; `lost` aborts when another process took it over, `previous` died while it held it. While an operation holds it, this
 * one waits: that takes moments. A runner is not waited for.
 *
 * @throws {ConductError} `TASK_LOCKED` when a living process holds it
 * @throws the signal's reason, as an `AbortError`, when it aborts while waiting
 */
export async function withLease<T>(
  user: LeaseUser,
  taskId: string,
  use: (epoch: number, lost: AbortSignal, previous: LeaseOwner | undefined) => Promise<T>,
): Promise<T> {
  const {store, now} = user
  const {epoch, previous} = await waitForLease(user, taskId)
  const [ending, lost] = [new AbortController(), new AbortController()]
  const beat = heartbeat(store, taskId, epoch, {ttlMs: LEASE_TTL_MS, signal: ending.signal, now, onLost: () => lost.abort()})
  try {
    return await use(epoch, lost.signal, previous)
  } finally {
    ending.abort()
    await beat
    await release(store, taskId, epoch)
  }
}

async function waitForLease(user: LeaseUser, taskId: string): Promise<Extract<Acquired, {ok: true}>> {
  const {store, purpose, now, signal, patienceMs = PATIENCE_MS} = user
  const here = user.here ?? (await identifyProcess())
  // Deno reads nothing of /proc without all permissions.
  if (!here && 'Deno' in globalThis) throw permissionRefused('read in /proc which process it is')
  if (!here) throw new Error('Internal error: this process cannot be identified')
  const queue = joinQueue(patienceMs)
  for (;;) {
    const owner = {...here, purpose}
    const acquired = await acquireLease(store, taskId, {owner, now, ttlMs: LEASE_TTL_MS, isAlive: (other) => isOwnerAlive(other, here)})
    if (acquired.ok) return acquired
    if (acquired.owner.purpose !== 'operation' || queue.isStuck(acquired.epoch))
      throw user.refuse?.(acquired.owner) ?? taskLocked(taskId, acquired.owner)
    await wait(pollMs(queue.waitedMs() / patienceMs), undefined, signal ? {signal} : {})
  }
}

function joinQueue(patienceMs: number) {
  const begun = performance.now()
  let last = {epoch: 0, since: begun}
  return {
    waitedMs: () => performance.now() - begun,
    isStuck: (epoch: number) => {
      const now = performance.now()
      if (epoch !== last.epoch) last = {epoch, since: now}
      return now - last.since >= patienceMs || now - begun >= LONGEST_WAIT_MS
    },
  }
}

const SLOWEST_POLL_MS = 60

/** Who has waited longer asks more often, so that nobody starves; at random, so that nobody keeps step with another. */
function pollMs(patienceSpent: number): number {
  return 2 + SLOWEST_POLL_MS * Math.max(0, 1 - patienceSpent) ** 2 * (0.5 + Math.random())
}

/**
 * A store that is away for a while must not leave the lease with us: we live on, so that nobody could ever take it. Tried again
 * until the store answers or this process ends.
 */
async function release(store: Pick<Store, 'renewLease'>, taskId: string, epoch: number): Promise<void> {
  try {
    await releaseLease(store, taskId, epoch)
  } catch (error) {
    if (!(error instanceof ConductError)) throw error
    void releaseLater(store, taskId, epoch)
  }
}

async function releaseLater(store: Pick<Store, 'renewLease'>, taskId: string, epoch: number): Promise<void> {
  for (;;) {
    await wait(RELEASE_RETRY_MS, undefined, {ref: false})
    try {
      await releaseLease(store, taskId, epoch)
      return
    } catch (error) {
      // The store was closed: whoever did that is about to end, and the lease of an ended process is free.
      if (!(error instanceof ConductError)) return
    }
  }
}

/** The refusal of whoever meets a living owner. */
export const taskLocked = (taskId: string, {pid, host, purpose}: Lease['owner']) =>
  purpose === 'operation'
    ? new ConductError('TASK_LOCKED', `Process ${pid} on ${host} is still busy with an operation on task ${taskId}.`, [
        'Try again in a moment.',
        `See what that process is: ps -p ${pid}`,
      ])
    : new ConductError('TASK_LOCKED', `Process ${pid} on ${host} works on task ${taskId}.`, [
        `Watch it: conduct status ${taskId} --watch`,
        `Stop it: conduct cancel ${taskId}`,
      ])
