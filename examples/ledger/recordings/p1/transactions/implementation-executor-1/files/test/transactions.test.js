import assert from 'node:assert/strict'
import {test} from 'node:test'
import {createTransaction, UnbalancedError} from '../src/transactions.js'

const rent = {
  date: '2026-01-31',
  text: 'Rent',
  postings: [
    {account: 'expenses:rent', units: 90_000, currency: 'EUR'},
    {account: 'assets:bank', units: -90_000, currency: 'EUR'},
  ],
}

test('makes a transaction that balances', () => {
  assert.deepEqual(createTransaction(rent), rent)
})

test('cannot be changed afterwards', () => {
  const transaction = createTransaction(rent)
  assert.throws(() => transaction.postings.push(rent.postings[0]), TypeError)
  assert.throws(() => (transaction.postings[0].units = 1), TypeError)
})

test('refuses postings that do not add up to zero', () => {
  const postings = [rent.postings[0], {...rent.postings[1], units: -89_999}]
  assert.throws(() => createTransaction({...rent, postings}), new UnbalancedError('"Rent" is off by 1 units of EUR'))
})

test('balances each currency by itself', () => {
  const postings = [rent.postings[0], {...rent.postings[1], currency: 'USD'}]
  assert.throws(() => createTransaction({...rent, postings}), UnbalancedError)
})

test('needs two postings', () => {
  const postings = [{...rent.postings[0], units: 0}]
  assert.throws(() => createTransaction({...rent, postings}), RangeError)
})

test('refuses dates that are none', () => {
  for (const date of ['31.01.2026', '2026-02-30', '2026-13-01', '']) {
    assert.throws(() => createTransaction({...rent, date}), RangeError, date)
  }
})
