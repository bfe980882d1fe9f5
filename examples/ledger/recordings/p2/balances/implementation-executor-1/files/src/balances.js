/** @typedef {import('./transactions.js').Transaction} Transaction */

/**
 * What is in each account, one entry for each of its currencies, sorted.
 *
 * @param {readonly Transaction[]} transactions
 * @returns {readonly import('./transactions.js').Posting[]}
 */
export function balancesOf(transactions) {
  const balances = new Map()
  for (const {account, units, currency} of transactions.flatMap(({postings}) => postings)) {
    const key = `${account} ${currency}`
    balances.set(key, {account, units: (balances.get(key)?.units ?? 0) + units, currency})
  }
  return [...balances.keys()].sort().map((key) => balances.get(key))
}

/**
 * Sums of all that went into accounts and out of them, by currency. Equal, or something is lost.
 *
 * @param {readonly Transaction[]} transactions
 * @returns {readonly {readonly currency: string, readonly debit: number, readonly credit: number}[]}
 */
export function trialBalance(transactions) {
  const sums = new Map()
  for (const {units, currency} of transactions.flatMap(({postings}) => postings)) {
    const {debit, credit} = sums.get(currency) ?? {debit: 0, credit: 0}
    sums.set(currency, {debit: debit + Math.max(units, 0), credit: credit + Math.max(-units, 0)})
  }
  return [...sums.keys()].sort().map((currency) => ({currency, ...sums.get(currency)}))
}
