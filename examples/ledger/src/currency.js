/** Digits behind the point, by ISO 4217. */
const DIGITS = new Map([
  ['CHF', 2],
  ['EUR', 2],
  ['GBP', 2],
  ['JPY', 0],
  ['USD', 2],
])

/**
 * How many digits an amount of this currency has behind its point.
 *
 * @param {string} currency
 * @throws {RangeError} for a currency that the ledger does not know
 */
export function digitsOf(currency) {
  const digits = DIGITS.get(currency)
  if (digits === undefined) throw new RangeError(`Unknown currency: ${currency}`)
  return digits
}
