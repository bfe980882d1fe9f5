import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const ledger = (args) => spawnSync(process.execPath, ['bin/ledger.js', ...args], {cwd: root, encoding: 'utf8'})

test('prints what is in every account', () => {
  const {status, stdout, stderr} = ledger(['balance', 'household.journal'])
  assert.deepEqual({status, stderr}, {status: 0, stderr: ''})
  assert.deepEqual(stdout.split('\n'), [
    'assets:bank          2633.65 EUR',
    'assets:cash           -20.00 EUR',
    'equity:opening      -1200.00 EUR',
    'expenses:groceries     86.35 EUR',
    'expenses:rent         900.00 EUR',
    'income:salary       -2400.00 EUR',
    '',
  ])
})

test('ends with 1 for a journal that is wrong, and says where', () => {
  const {status, stderr} = ledger(['balance', 'README.md'])
  assert.equal(status, 1)
  assert.match(stderr, /^ledger: line \d+: /)
})

test('ends with 2 for a file that is not there', () => {
  const {status, stderr} = ledger(['balance', 'no-such.journal'])
  assert.equal(status, 2)
  assert.match(stderr, /no-such\.journal/)
})

test('ends with 2 and its usage for anything else', () => {
  for (const args of [[], ['report', 'household.journal'], ['balance', 'a', 'b']]) {
    const {status, stderr} = ledger(args)
    assert.deepEqual({status, stderr}, {status: 2, stderr: 'Usage: ledger balance FILE\n'})
  }
})
