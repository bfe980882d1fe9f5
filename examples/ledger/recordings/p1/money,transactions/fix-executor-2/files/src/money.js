import {digitsOf} from './currency.js'

/**
 * `units` is a whole number of the currency's smallest unit: 12.50 EUR are 1250 units.
 *
 * @typedef {{readonly units: number, readonly currency: string}} Money
 */

const AMOUNT = /^(-?\d+)(?:\.(\d+))? ([A-Z]{3})$/

/**
 * Reads an amount such as `12.50 EUR`.
 *
 * @param {string} text
 * @returns {Money}
 * @throws {SyntaxError} when it is no amount
 * @throws {RangeError} when the ledger cannot keep it exactly
 */
export function parseMoney(text) {
  const match = AMOUNT.exec(text)
  if (!match) throw new SyntaxError(`Not an amount of money: ${text}`)
  const [, whole, fraction = '', currency] = match
  const digits = digitsOf(currency)
  if (fraction.length > digits) throw new RangeError(`${currency} has ${digits} digits behind the point, not ${fraction.length}: ${text}`)
  // Adding 0 makes 0 of the -0 that "-0.00" becomes.
  const units = Number(whole + fraction.padEnd(digits, '0')) + 0
  if (!Number.isSafeInteger(units)) throw new RangeError(`Too large to be kept exactly: ${text}`)
  return {units, currency}
}

/**
 * Writes an amount such as `12.50 EUR`.
 *
 * @param {Money} money
 */
export function formatMoney({units, currency}) {
  const digits = digitsOf(currency)
  // The sign is put before the figures: the whole part of -0.05 is 0, which has none.
  const figures = String(Math.abs(units)).padStart(digits + 1, '0')
  const point = figures.length - digits
  const amount = digits === 0 ? figures : `${figures.slice(0, point)}.${figures.slice(point)}`
  return `${units < 0 ? '-' : ''}${amount} ${currency}`
}
