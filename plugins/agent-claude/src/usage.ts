import type {Usage} from 'conduct-cli/plugin'
import {toAmount, toFields, toList, type Fields} from '@conduct-cli/json-fields'

/** What an answer of the model used, as the API says it: input is without what was cached. */
export function answerUsage(usage: Fields): Usage {
  return toUsage({
    input: toAmount(usage.input_tokens),
    cacheRead: toAmount(usage.cache_read_input_tokens),
    cacheWrite: toAmount(usage.cache_creation_input_tokens),
    output: toAmount(usage.output_tokens),
  })
}

/**
 * What an attempt used, with its sub-agents, from its last event. `total_cost_usd` and `modelUsage` are sums over the whole
 * session, earlier attempts included; `model_usage_since_last_result` is of this process alone.
 */
export function attemptUsage(result: Fields): Usage {
  const models = toList(Object.values(toFields(result.model_usage_since_last_result) ?? {}))
  // An older Claude Code tells neither: its tokens are of this attempt, its cost may be of several.
  if (models.length === 0) return answerUsage(toFields(result.usage) ?? {})
  const sum = (key: string) => models.reduce((total, model) => total + toAmount(model[key]), 0)
  const usage = toUsage({
    input: sum('inputTokens'),
    cacheRead: sum('cacheReadInputTokens'),
    cacheWrite: sum('cacheCreationInputTokens'),
    output: sum('outputTokens'),
  })
  return {...usage, reasoning: sum('thinkingTokens'), usd: sum('costUSD')}
}

/** The sum of several. */
export function sumUsage(all: Iterable<Usage>): Usage {
  const sum = {input: 0, cacheRead: 0, cacheWrite: 0, output: 0}
  for (const {input = 0, cacheRead = 0, cacheWrite = 0, output = 0} of all) {
    sum.input += input
    sum.cacheRead += cacheRead
    sum.cacheWrite += cacheWrite
    sum.output += output
  }
  return toUsage(sum)
}

function toUsage(parts: Required<Pick<Usage, 'input' | 'cacheRead' | 'cacheWrite' | 'output'>>): Usage {
  return {tokens: parts.input + parts.cacheRead + parts.cacheWrite + parts.output, ...parts}
}
