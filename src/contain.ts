import {AsyncLocalStorage} from 'node:async_hooks'
import {format} from 'node:util'
import {openBusyWatch, type BusyWatch} from './busy-watch.ts'
import {ConductError, EXIT, messageOf} from './errors.ts'

/** One piece of a plugin's work. */
interface Call {
  /** Whom to name. */
  readonly source: string
  /** Ends it with what went wrong outside of what it returned. */
  fail(error: Error): void
}

/** Whose code is running: set for all that a plugin does, also after its first `await`. */
const running = new AsyncLocalStorage<Call>()
/** Those that have not settled, each with the milliseconds for which it may keep all else waiting. */
const open = new Map<Call, number>()
let isWatched = false
let busyWatch: BusyWatch | undefined

/** Longer than any honest computation, and shorter than what makes others believe that this process is dead. */
const BUSY_LIMIT_MS = 30_000
/** And no shorter than this: others compute in this thread too, and who is cut short may be one of them. */
const LEAST_BUSY_LIMIT_MS = 10_000

/**
 * Runs code of a plugin in this process. There it cannot end the process (`process.exit` throws, naming who called it, and
 * what it throws where nobody waits for it fails `work` alone), cannot keep it busy for ever (`watchBusy`), and what it
 * prints goes to stderr: stdout carries results. No wall against code that means harm; one against mistakes.
 *
 * @param source whom to name
 * @param limitMs how long it is waited for, if there is a limit: until then it may not compute for longer without a pause
 */
export function contain<Value>(source: string, work: () => Value | Promise<Value>, limitMs = Infinity): Promise<Value> {
  watch()
  return new Promise<Value>((resolve, reject) => {
    const call: Call = {source, fail: reject}
    const busyMs = Math.min(limitMs, BUSY_LIMIT_MS)
    open.set(call, Math.max(LEAST_BUSY_LIMIT_MS, busyMs))
    allowBusy()
    const close = () => {
      open.delete(call)
      allowBusy()
    }
    // Nobody waits for it any more by then, and its limit does not hold for others.
    const leftBehind = Number.isFinite(limitMs) ? setTimeout(close, limitMs).unref() : undefined
    const settled = () => {
      clearTimeout(leftBehind)
      close()
    }
    running
      .run(call, async () => work())
      .finally(settled)
      .then(resolve, reject)
  })
}

/**
 * To be called before code that did not come with conduct is loaded: from then on nothing that is contained may compute for
 * ever. It takes a thread, which most commands are quicker without.
 */
export function watchBusy(): void {
  busyWatch ??= openBusyWatch()
  allowBusy()
}

function allowBusy(): void {
  busyWatch?.allow(open.size > 0 ? Math.min(...open.values()) : 0, [...new Set([...open.keys()].map(({source}) => source))])
}

/**
 * The first of both: what `work` comes to, or `late()` when it takes longer. What it does after that no longer counts.
 *
 * @param spareMs time that is not to count, in addition to what it said before; asked when the limit is reached
 */
export async function withinLimit<Value>(
  work: Promise<Value>,
  limitMs: number,
  late: () => Value,
  spareMs: () => number = () => 0,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<Value>((resolve, reject) => {
    const end = () => {
      const spare = spareMs()
      if (spare > 0) return void (timer = setTimeout(end, spare))
      try {
        resolve(late())
      } catch (error) {
        reject(error)
      }
    }
    timer = setTimeout(end, limitMs)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}

/** Whether code of a plugin ran in this process: it may have left something behind that keeps the process alive. */
export function hasContained(): boolean {
  return isWatched
}

/** Once a process: `process` and `console` are there once, too. */
function watch(): void {
  if (isWatched) return
  isWatched = true
  const exit = process.exit.bind(process)
  // Passed on as they come: an `undefined` that is passed would take the place of `process.exitCode`.
  process.exit = (...args) => {
    if (running.getStore() !== undefined) throw new Error(`called process.exit(${args[0] ?? ''}), which would end conduct`)
    return exit(...args)
  }
  watchOutput()
  process.on('unhandledRejection', blameRejection)
  process.on('uncaughtException', blameException)
}

/** What a plugin throws in a timer, or in a promise that it forgot, is its fault; anything else goes its usual way. */
function blameRejection(error: unknown): void {
  if (blame(error)) return
  if (process.listenerCount('unhandledRejection') === 1) throw error
}

function blameException(error: unknown): void {
  if (blame(error) || process.listenerCount('uncaughtException') > 1) return
  process.stderr.write(`${error instanceof Error ? error.stack : format(error)}\n`)
  process.exit(EXIT.BUG)
}

function blame(error: unknown): boolean {
  const call = running.getStore()
  if (call === undefined || error instanceof ConductError) return false
  if (open.has(call)) call.fail(new Error(`${messageOf(error)} (outside of the promise that it returned)`, {cause: error}))
  else process.stderr.write(`${call.source} failed after it had answered: ${messageOf(error)}\n`)
  return true
}

function watchOutput(): void {
  const write = process.stdout.write.bind(process.stdout)
  // Both have the same overloads, which are passed on as they come.
  process.stdout.write = ((...args: Parameters<typeof write>) =>
    running.getStore() === undefined ? write(...args) : process.stderr.write(...args)) as typeof write
  // Deno's console does not go through `process.stdout`.
  for (const name of ['log', 'info', 'debug'] as const) {
    const print = console[name].bind(console)
    console[name] = (...args: unknown[]) =>
      running.getStore() === undefined ? print(...args) : void process.stderr.write(`${format(...args)}\n`)
  }
}
