import {AsyncLocalStorage} from 'node:async_hooks'
import {format} from 'node:util'

/** Whose code is running: set for all that a plugin does, also after its first `await`. */
const running = new AsyncLocalStorage<string>()
let isWatched = false

/**
 * Runs code of a plugin in this process. There it cannot end the process (`process.exit` throws, naming who called it),
 * and what it prints goes to stderr: stdout carries results. No wall against code that means harm; one against mistakes.
 *
 * @param source whom to name
 */
export async function contain<Value>(source: string, work: () => Value | Promise<Value>): Promise<Value> {
  watch()
  return running.run(source, async () => work())
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
