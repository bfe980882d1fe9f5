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
  for (const [bracket] of text.matchAll(/[()[\]{}]/g)) {
    depth = '([{'.includes(bracket) ? depth + 1 : Math.max(0, depth - 1)
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

/** Time of the processor, not of the clock: a busy machine must not change what is found. It runs from the first question on. */
function budget(microseconds: number): () => boolean {
  let begin: NodeJS.CpuUsage | undefined
  return () => {
    begin ??= process.cpuUsage()
    const {user, system} = process.cpuUsage(begin)
    return user + system > microseconds
  }
}
