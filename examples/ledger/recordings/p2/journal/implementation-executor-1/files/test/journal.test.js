import assert from 'node:assert/strict'
import {test} from 'node:test'
import {JournalError, parseJournal} from '../src/journal.js'

test('reads transactions with their postings', () => {
  const journal = ['# January', '2026-01-31 Rent of the flat', '  expenses:rent   900.00 EUR', '  assets:bank    -900.00 EUR', '']
  assert.deepEqual(parseJournal(journal.join('\n')), [
    {
      date: '2026-01-31',
      text: 'Rent of the flat',
      postings: [
        {account: 'expenses:rent', units: 90_000, currency: 'EUR'},
        {account: 'assets:bank', units: -90_000, currency: 'EUR'},
      ],
    },
  ])
})

test('reads the lines of Windows', () => {
  assert.equal(parseJournal('2026-01-31 Swap\r\n  a 1 JPY\r\n  b -1 JPY\r\n').length, 1)
})

test('finds nothing in an empty journal', () => {
  assert.deepEqual(parseJournal('\n# nothing yet\n'), [])
})

const WRONG = [
  ['  assets:bank 1.00 EUR', 'line 1: a posting before the first transaction'],
  ['2026-01-31 Rent\n  assets:bank', 'line 2: Not a posting: assets:bank'],
  ['2026-01-31 Rent\n  assets:bank 1.00 XXX', 'line 2: Unknown currency: XXX'],
  ['\n2026-01-31 Rent\n  a 1.00 EUR\n  b -2.00 EUR', 'line 2: "Rent" is off by -100 units of EUR'],
]

for (const [journal, message] of WRONG) {
  test(`says "${message}"`, () => {
    assert.throws(() => parseJournal(journal), (error) => error instanceof JournalError && error.message === message)
  })
}
