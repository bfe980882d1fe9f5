import {toAmount, toFields, type Fields} from '@conduct-cli/json-fields'
import type {Usage} from 'conduct-cli/plugin'

/**
 * What a turn has used, `undefined` when the agent does not tell. Agents do not agree whether what was thought counts as output,
 * and what was cached as input: the total that they give decides.
 *
 * @param result the answer to `session/prompt`
 */
export function usageOf(result: Fields): Usage | undefined {
  const told = toFields(result['usage'])
  if (told !== undefined) return fromParts(told)
  const count = toFields(toFields(toFields(result['_meta'])?.['quota'])?.['token_count'])
  const [input, output] = [toAmount(count?.['input_tokens']), toAmount(count?.['output_tokens'])]
  return input + output === 0 ? undefined : {tokens: input + output, input, output}
}

function fromParts(told: Fields): Usage | undefined {
  const tokens = toAmount(told['totalTokens'])
  const [input, output] = [toAmount(told['inputTokens']), toAmount(told['outputTokens'])]
  const [cacheRead, cacheWrite] = [toAmount(told['cachedReadTokens']), toAmount(told['cachedWriteTokens'])]
  const reasoning = toAmount(told['thoughtTokens'])
  if (tokens === 0) return undefined
  const cached = cacheRead + cacheWrite
  const candidates = [
    {input, output},
    {input, output: output + reasoning},
    {input: input - cached, output},
    {input: input - cached, output: output + reasoning},
  ]
  const parts = candidates.find((each) => each.input >= 0 && each.input + cached + each.output === tokens)
  return parts === undefined ? {tokens} : {tokens, ...parts, cacheRead, cacheWrite, reasoning: Math.min(reasoning, parts.output)}
}
