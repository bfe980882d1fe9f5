import assert from 'node:assert/strict'
import {test} from 'node:test'
import {digitsOf} from '../src/currency.js'

test('knows how many digits a currency has behind the point', () => {
  assert.equal(digitsOf('EUR'), 2)
  assert.equal(digitsOf('JPY'), 0)
})

test('refuses a currency that it does not know', () => {
  assert.throws(() => digitsOf('XXX'), {name: 'RangeError', message: 'Unknown currency: XXX'})
})
