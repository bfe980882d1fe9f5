import type {Usage} from 'conduct-cli/plugin'
import {toAmount, toFields, type Fields} from '@conduct-cli/json-fields'

export const NO_USAGE: Usage = {tokens: 0, input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0}

/**
 * Adds what a step has used: opencode tells nothing of the whole. Its input is without what came from a cache, and its output
 * without what was thought. It says a cost of 0 of a model whose price it does not know: then no cost is told.
 */
export function addStep(sum: Usage, {tokens: told, cost}: Fields): Usage {
  const tokens = toFields(told) ?? {}
  const cache = toFields(tokens['cache']) ?? {}
  const reasoning = toAmount(tokens['reasoning'])
  const parts = {
    input: (sum.input ?? 0) + toAmount(tokens['input']),
    cacheRead: (sum.cacheRead ?? 0) + toAmount(cache['read']),
    cacheWrite: (sum.cacheWrite ?? 0) + toAmount(cache['write']),
    output: (sum.output ?? 0) + toAmount(tokens['output']) + reasoning,
  }
  const usd = (sum.usd ?? 0) + toAmount(cost)
  return {
    tokens: parts.input + parts.cacheRead + parts.cacheWrite + parts.output,
    ...parts,
    reasoning: (sum.reasoning ?? 0) + reasoning,
    ...(usd > 0 ? {usd} : {}),
  }
}
