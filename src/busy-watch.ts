import {Worker} from 'node:worker_threads'

/** Ends a process that computes for so long that nothing else in it gets its turn: no timer, no signal, no heartbeat. */
export interface BusyWatch {
  /**
   * @param limitMs for how long this thread may be busy from now on; 0: for ever
   * @param names whom to blame
   */
  allow(limitMs: number, names: readonly string[]): void
}

const BEAT_MS = 200

/**
 * Watches this thread from another one, which counts the heartbeats of this one and, when they stay away for too long, kills
 * the process with a word: what it did is in the log, and is resumed from there. No engine can be told to leave a computation
 * without doubt about what else it leaves.
 */
export function openBusyWatch(): BusyWatch {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const worker = new Worker(WATCHER, {eval: true, workerData: {beats, beatMs: BEAT_MS}})
  // Without the other thread nothing is watched; no reason to end what works.
  worker.on('error', () => undefined)
  worker.unref()
  setInterval(() => Atomics.add(beats, 0, 1), BEAT_MS).unref()
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin; a window would have one
  return {allow: (limitMs, names) => worker.postMessage({limitMs, names})}
}

/** Counts its own turns rather than the time, which goes on while a machine sleeps. As text: it is bundled with what uses it. */
const WATCHER = `
const {parentPort, workerData: {beats, beatMs}} = require('node:worker_threads')
const {writeSync} = require('node:fs')

let allowed = {limitMs: 0, names: []}
let last = -1
let silentMs = 0
parentPort.on('message', (message) => {
  allowed = message
})
setInterval(() => {
  const beat = Atomics.load(beats, 0)
  silentMs = beat === last && allowed.limitMs > 0 ? silentMs + beatMs : 0
  last = beat
  if (allowed.limitMs > 0 && silentMs >= allowed.limitMs) end()
}, beatMs)

function end() {
  const who = allowed.names.join(' or ')
  const seconds = Math.round(allowed.limitMs / 1000)
  try {
    writeSync(2, 'Error: ' + who + ' kept conduct busy for ' + seconds + ' s without a pause, so conduct was ended.\\n' +
      '  → Mend it, or take it out: nothing else can be done while it computes.\\n' +
      '  → A task that was running goes on from where it was: conduct resume\\n')
  } finally {
    process.kill(process.pid, 'SIGKILL')
  }
}
`
