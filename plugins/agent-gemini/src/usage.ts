import type {Usage} from 'conduct-cli/plugin'
import {toAmount, toFields, type Fields} from '@conduct-cli/json-fields'

/** What the `stats` of a result count: input with what was cached, output without what was thought, and no cost. */
export function toUsage(stats: Fields): Usage {
  const [input, cached, total] = [toAmount(stats.input_tokens), toAmount(stats.cached), toAmount(stats.total_tokens)]
  const said = toAmount(stats.output_tokens)
  return usageOf({input, cached, said, thought: Math.max(0, total - input - said)})
}

/** The `tokens` of one answer, as the record of a session has them. */
export function answerUsage(tokens: Fields): Usage {
  const [input, cached, said, thought] = [tokens.input, tokens.cached, tokens.output, tokens.thoughts].map(toAmount)
  return usageOf({input, cached, said, thought})
}

/** The sum of several. */
export function sumUsage(all: Iterable<Usage>): Usage {
  const sum = {tokens: 0, input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0}
  for (const {tokens, input = 0, cacheRead = 0, output = 0, reasoning = 0} of all) {
    sum.tokens += tokens
    sum.input += input
    sum.cacheRead += cacheRead
    sum.output += output
    sum.reasoning += reasoning
  }
  return sum
}

/** The model that did most of the work: gemini routes by itself when none was asked for. */
export function mainModel(stats: Fields): string | undefined {
  const models = Object.entries(toFields(stats.models) ?? {})
  const tokens = (model: unknown) => toAmount(toFields(model)?.total_tokens)
  return models.sort(([, one], [, other]) => tokens(other) - tokens(one))[0]?.[0]
}

function usageOf({input: all = 0, cached = 0, said = 0, thought = 0}: Readonly<Record<string, number | undefined>>): Usage {
  const input = Math.max(0, all - cached)
  const output = said + thought
  return {tokens: input + cached + output, input, cacheRead: cached, cacheWrite: 0, output, reasoning: thought}
}
