/**
 * What goes into an account, or (negative) out of it.
 *
 * @typedef {{readonly account: string, readonly units: number, readonly currency: string}} Posting
 */

/**
 * `date` is written `2026-01-31`.
 *
 * @typedef {{readonly date: string, readonly text: string, readonly postings: readonly Posting[]}} Transaction
 */

/** The postings of a transaction do not add up to zero. */
export class UnbalancedError extends Error {
  name = 'UnbalancedError'
}

/**
 * Makes a transaction that balances in every currency, and that nobody can change afterwards.
 *
 * @param {Transaction} transaction
 * @returns {Transaction}
 * @throws {UnbalancedError}
 * @throws {RangeError} for a date that is none, or fewer than two postings
 */
export function createTransaction({date, text, postings}) {
  if (!isDate(date)) throw new RangeError(`Not a date: ${date}`)
  if (postings.length < 2) throw new RangeError(`"${text}" needs two postings or more`)
  const unbalanced = [...sumByCurrency(postings)].find(([, units]) => units !== 0)
  if (unbalanced) throw new UnbalancedError(`"${text}" is off by ${unbalanced[1]} units of ${unbalanced[0]}`)
  return Object.freeze({date, text, postings: Object.freeze(postings.map((posting) => Object.freeze({...posting})))})
}

/** `Date` moves 2026-02-30 to March; a date that is one stays as it is. */
function isDate(date) {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date)
}

function sumByCurrency(postings) {
  const sums = new Map()
  for (const {units, currency} of postings) sums.set(currency, (sums.get(currency) ?? 0) + units)
  return sums
}
