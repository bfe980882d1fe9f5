import type {Usage} from 'conduct-cli/plugin'
import type {Tokens} from './tokens.ts'

/** Codex counts what is cached as input, and tells no cost. */
export function toUsage({input, cached, cacheWrite, output, reasoning}: Tokens): Usage {
  const read = Math.max(0, input - cached - cacheWrite)
  return {tokens: read + cached + cacheWrite + output, input: read, cacheRead: cached, cacheWrite, output, reasoning}
}
