import type {Tree} from '@lezer/common'
import type {Grammar} from './grammar.ts'

/** Levels of brackets. People stop at twenty, programs that write programs at some hundred. */
const MAX_DEPTH = 1000

/**
 * Parses a text; `undefined` when it is nested too deeply for the parser, or takes it too long. Where nothing fits, a
 * parser with error recovery tries many ways at once and remembers them all, which costs seconds and gigabytes in a
 * text that is made for it.
 */
export function parseWithin({parser}: Grammar, text: string): Tree | undefined {
  if (depthOf(text) > MAX_DEPTH) return undefined
  const isOver = budget(300_000 + text.length * 3)
  const parse = parser.startParse(text)
  try {
    let tree = parse.advance()
    for (let steps = 1; tree === null; steps += 1) {
      if (steps % 2048 === 0 && isOver()) return undefined
      tree = parse.advance()
    }
    return tree
  } catch (error) {
    // It calls itself for each level when it builds the tree.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Counted in comments and strings too: this is about orders of magnitude. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let index = 0; index < text.length; index += 1) {
    const step = STEPS[text.charCodeAt(index)]
    if (step === undefined || step === 0) continue
    depth = Math.max(0, depth + step)
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

/** By character: 1 for a bracket that opens, -1 for one that closes. */
const STEPS = Int8Array.from({length: 128}, (_, code) => {
  const character = String.fromCharCode(code)
  return '([{'.includes(character) ? 1 : ')]}'.includes(character) ? -1 : 0
})

/**
 * Time of the processor, not of the clock: a busy machine must not change what is found. To ask for it takes a while, so the
 * clock tells when to begin: no text that is read in a quarter of the time is asked about.
 */
function budget(microseconds: number): () => boolean {
  const begunAt = performance.now()
  let begin: NodeJS.CpuUsage | undefined
  return () => {
    if (begin === undefined && performance.now() - begunAt < microseconds / 4000) return false
    begin ??= process.cpuUsage()
    const {user, system} = process.cpuUsage(begin)
    return user + system > microseconds
  }
}
