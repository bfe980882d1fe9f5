import {Worker} from 'node:worker_threads'

/** Ends code that computes for so long that nothing else in this process gets its turn: no timer, no signal, no heartbeat. */
export interface BusyWatch {
  /** @param limitMs for how long this thread may be busy from now on; `undefined`: for ever */
  allow(limitMs: number | undefined): void
}

const BEAT_MS = 200

/**
 * Watches this thread from another one, which counts the heartbeats of this one and, when they stay away for too long, tells
 * the engine to leave what it computes: what waits there is never answered, all else goes on. Where the engine cannot be told
 * (Deno, and Node 22, which does not survive it), the process is killed, with a word: what it did is in the log, and is resumed from there.
 *
 * @param onEnded afterwards, with the milliseconds that were allowed
 */
export function openBusyWatch(onEnded: (limitMs: number) => void): BusyWatch {
  const shared = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT))
  const worker = new Worker(WATCHER, {eval: true, workerData: {shared, beatMs: BEAT_MS}})
  // Without the other thread nothing is watched; no reason to end what works.
  worker.on('error', () => undefined)
  worker.unref()
  const beat = () => {
    Atomics.add(shared, AT.beat, 1)
    const limitMs = Atomics.exchange(shared, AT.ended, 0)
    if (limitMs > 0) onEnded(limitMs)
  }
  setInterval(beat, BEAT_MS).unref()
  return {allow: (limitMs = 0) => void Atomics.store(shared, AT.limit, limitMs)}
}

const AT = {beat: 0, limit: 1, ended: 2} as const

/** Counts its own turns rather than the time, which goes on while a machine sleeps. As text: it is bundled with what uses it. */
const WATCHER = `
const {workerData: {shared, beatMs}} = require('node:worker_threads')
const {Session} = require('node:inspector')
const {writeSync} = require('node:fs')

let last = -1
let silentMs = 0
setInterval(() => {
  const beat = Atomics.load(shared, ${AT.beat})
  const limitMs = Atomics.load(shared, ${AT.limit})
  silentMs = beat === last && limitMs > 0 ? silentMs + beatMs : 0
  last = beat
  if (limitMs === 0 || silentMs < limitMs) return
  silentMs = 0
  Atomics.store(shared, ${AT.ended}, limitMs)
  end(limitMs)
}, beatMs)

function end(limitMs) {
  const session = new Session()
  try {
    if (Number(process.versions.node.split('.')[0]) < 24) throw new Error('Node 22 asserts that no callback is left half-way')
    session.connectToMainThread()
    session.post('Runtime.terminateExecution', () => session.disconnect())
  } catch {
    writeSync(2, 'Error: A plugin kept conduct busy for ' + Math.round(limitMs / 1000) + ' s without a pause; conduct was ended.\\n')
    process.kill(process.pid, 'SIGKILL')
  }
}
`
