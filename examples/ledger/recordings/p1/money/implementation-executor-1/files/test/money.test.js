import assert from 'node:assert/strict'
import {test} from 'node:test'
import {formatMoney, parseMoney} from '../src/money.js'

const AMOUNTS = [
  ['12.50 EUR', 1250, 'EUR'],
  ['0.00 EUR', 0, 'EUR'],
  ['0.05 EUR', 5, 'EUR'],
  ['-0.05 EUR', -5, 'EUR'],
  ['-1200.00 USD', -120_000, 'USD'],
  ['300 JPY', 300, 'JPY'],
]

for (const [text, units, currency] of AMOUNTS) {
  test(`reads and writes ${text}`, () => {
    assert.deepEqual(parseMoney(text), {units, currency})
    assert.equal(formatMoney({units, currency}), text)
  })
}

test('fills in the digits that are left out', () => {
  assert.deepEqual(parseMoney('12 EUR'), {units: 1200, currency: 'EUR'})
  assert.deepEqual(parseMoney('12.5 EUR'), {units: 1250, currency: 'EUR'})
})

test('knows no negative zero', () => {
  assert.deepEqual(parseMoney('-0.00 EUR'), {units: 0, currency: 'EUR'})
})

test('refuses what is no amount', () => {
  for (const text of ['', '12.50', 'EUR 12.50', '12,50 EUR', '1e3 EUR', ' 1 EUR']) {
    assert.throws(() => parseMoney(text), SyntaxError, text)
  }
})

test('refuses what it cannot keep exactly', () => {
  assert.throws(() => parseMoney('12.505 EUR'), RangeError)
  assert.throws(() => parseMoney('0.5 JPY'), RangeError)
  assert.throws(() => parseMoney('90071992547409.92 EUR'), RangeError)
})
