import {link, mkdir, readFile, rename, rm, unlink, writeFile} from 'node:fs/promises'
import {hostname} from 'node:os'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import * as z from 'zod'
import {identifyProcess} from '../process.ts'

const ownerSchema = z.object({pid: z.int(), processStart: z.string(), bootId: z.string(), host: z.string()})

/** The process that runs a test suite. */
export type SuiteOwner = z.output<typeof ownerSchema>

export interface SuiteLockRequest {
  /** The state directory of this machine. */
  readonly dir: string
  readonly signal: AbortSignal
  /** Told once for each owner that is waited for. */
  onWait?(owner: SuiteOwner): void
}

const POLL_MS = 100

/**
 * Waits until no other test suite runs on this machine, and holds the lock until disposed. A lock whose owner is dead is
 * taken over. Not reentrant.
 *
 * @throws the signal's reason when it aborts while waiting
 */
export async function lockSuite(request: SuiteLockRequest): Promise<AsyncDisposable> {
  const me = await identifyProcess()
  if (me === undefined) throw new Error('Internal error: this process cannot be identified')
  await mkdir(request.dir, {recursive: true})
  const path = join(request.dir, 'test-suite.lock')
  const claim = join(request.dir, `test-suite.${me.pid}.${crypto.randomUUID()}`)
  await writeFile(claim, JSON.stringify(me))
  try {
    await waitForLock(request, claim, path)
  } finally {
    await rm(claim, {force: true})
  }
  return {[Symbol.asyncDispose]: () => rm(path, {force: true})}
}

async function waitForLock({signal, onWait}: SuiteLockRequest, claim: string, path: string): Promise<void> {
  let told = ''
  for (;;) {
    signal.throwIfAborted()
    if (await tryLink(claim, path)) return
    const owner = await readOwner(path)
    if (owner === 'released') continue
    if (owner === 'unreadable' || !(await isAlive(owner))) {
      await removeStale(path, claim, owner)
      continue
    }
    if (JSON.stringify(owner) !== told) onWait?.(owner)
    told = JSON.stringify(owner)
    await pause(POLL_MS, undefined, {signal}).catch(() => undefined)
  }
}

/** A hard link appears whole or not at all, so that nobody reads half an owner. */
async function tryLink(claim: string, path: string): Promise<boolean> {
  try {
    await link(claim, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

type Reading = SuiteOwner | 'released' | 'unreadable'

async function readOwner(path: string): Promise<Reading> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return 'released'
  try {
    return ownerSchema.parse(JSON.parse(text))
  } catch {
    // Nothing of ours: locks appear whole.
    return 'unreadable'
  }
}

async function isAlive(owner: SuiteOwner): Promise<boolean> {
  // A state directory on a shared disk: another host's process cannot be looked up, so its lock is believed.
  if (owner.host !== hostname()) return true
  const now = await identifyProcess(owner.pid)
  return now !== undefined && now.processStart === owner.processStart && now.bootId === owner.bootId
}

/** Two may see the same dead owner: renaming tells whose file was really taken away, and a living one is put back. */
async function removeStale(path: string, claim: string, stale: Reading): Promise<void> {
  const away = `${claim}.stale`
  try {
    await rename(path, away)
  } catch {
    // Somebody else removed it.
    return
  }
  const taken = await readOwner(away)
  if (JSON.stringify(taken) !== JSON.stringify(stale)) await link(away, path).catch(() => undefined)
  await unlink(away)
}
