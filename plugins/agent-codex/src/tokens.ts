/** What codex counts: `input` has the cached input in it, and `output` the reasoning. */
export interface Tokens {
  readonly input: number
  readonly cached: number
  readonly cacheWrite: number
  readonly output: number
  readonly reasoning: number
}

export const NO_TOKENS: Tokens = {input: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0}

/** The `usage` of `turn.completed`, and `total_token_usage` of a thread's own log; `undefined` when it is neither. */
export function parseTokens(value: unknown): Tokens | undefined {
  const fields = toFields(value)
  if (fields === undefined || !isCount(fields['input_tokens']) || !isCount(fields['output_tokens'])) return undefined
  return {
    input: fields['input_tokens'],
    cached: count(fields['cached_input_tokens']),
    cacheWrite: count(fields['cache_write_input_tokens']),
    output: fields['output_tokens'],
    reasoning: count(fields['reasoning_output_tokens']),
  }
}

/** Codex counts for the whole thread, also after `resume`: what is new is the difference. */
export function since(before: Tokens, total: Tokens): Tokens {
  const difference = (name: keyof Tokens) => Math.max(0, total[name] - before[name])
  return {
    input: difference('input'),
    cached: difference('cached'),
    cacheWrite: difference('cacheWrite'),
    output: difference('output'),
    reasoning: difference('reasoning'),
  }
}

/** Whether nothing was used between the two counts of a thread. */
export function isSame(one: Tokens, other: Tokens): boolean {
  return one.input === other.input && one.output === other.output
}

/** The fields of a JSON object, `undefined` for anything else. */
export function toFields(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return value as Readonly<Record<string, unknown>> // any object has string keys
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function count(value: unknown): number {
  return isCount(value) ? value : 0
}
