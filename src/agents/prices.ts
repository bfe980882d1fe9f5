import type {Usage} from './agent.ts'

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number
  readonly output: number
  /** As `input` when absent. */
  readonly cacheRead?: number
  readonly cacheWrite?: number
}

/** By the name of the model. */
export type Prices = Readonly<Record<string, Price>>

const MILLION = 1_000_000

/**
 * US dollars that usage cost, by the price of the first of `models` that has one; 0 when none has. Tokens that the agent did
 * not tell apart count as input.
 */
export function priceOf(usage: Usage, prices: Prices, models: readonly (string | undefined)[]): number {
  const price = models.map((model) => (model === undefined ? undefined : ownPrice(prices, model))).find(Boolean)
  if (!price) return 0
  const {cacheRead = 0, cacheWrite = 0, output = 0} = usage
  const input = Math.max(0, usage.tokens - cacheRead - cacheWrite - output)
  const perMillion =
    input * price.input +
    cacheRead * (price.cacheRead ?? price.input) +
    cacheWrite * (price.cacheWrite ?? price.input) +
    output * price.output
  return perMillion / MILLION
}

function ownPrice(prices: Prices, model: string): Price | undefined {
  return Object.hasOwn(prices, model) ? prices[model] : undefined
}
