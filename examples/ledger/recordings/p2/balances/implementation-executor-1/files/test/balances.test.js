import assert from 'node:assert/strict'
import {test} from 'node:test'
import {balancesOf, trialBalance} from '../src/balances.js'
import {createTransaction} from '../src/transactions.js'

const move = (from, to, units, currency = 'EUR') =>
  createTransaction({
    date: '2026-01-31',
    text: `${from} to ${to}`,
    postings: [
      {account: to, units, currency},
      {account: from, units: -units, currency},
    ],
  })

test('adds up the postings of each account', () => {
  assert.deepEqual(balancesOf([move('income', 'bank', 240_000), move('bank', 'rent', 90_000)]), [
    {account: 'bank', units: 150_000, currency: 'EUR'},
    {account: 'income', units: -240_000, currency: 'EUR'},
    {account: 'rent', units: 90_000, currency: 'EUR'},
  ])
})

test('keeps the currencies of an account apart', () => {
  const balances = balancesOf([move('income', 'bank', 100), move('income', 'bank', 300, 'JPY')])
  assert.deepEqual(balances.filter(({account}) => account === 'bank'), [
    {account: 'bank', units: 100, currency: 'EUR'},
    {account: 'bank', units: 300, currency: 'JPY'},
  ])
})

test('has as much debit as credit', () => {
  assert.deepEqual(trialBalance([move('income', 'bank', 240_000), move('bank', 'rent', 90_000)]), [
    {currency: 'EUR', debit: 330_000, credit: 330_000},
  ])
})

test('finds nothing in no transactions', () => {
  assert.deepEqual([balancesOf([]), trialBalance([])], [[], []])
})
