import {parseMoney} from './money.js'
import {createTransaction} from './transactions.js'

/** A journal says something that the ledger cannot accept; the message begins with the line. */
export class JournalError extends Error {
  name = 'JournalError'
}

/**
 * Reads a journal. A transaction is a line with date and text, and below it one indented line for each posting:
 *
 *     2026-01-31 Rent
 *       expenses:rent   900.00 EUR
 *       assets:bank    -900.00 EUR
 *
 * Empty lines, and lines that begin with `#`, mean nothing.
 *
 * @param {string} text
 * @returns {readonly import('./transactions.js').Transaction[]}
 * @throws {JournalError}
 */
export function parseJournal(text) {
  return readEntries(text).map(({number, date, text, postings}) => at(number, () => createTransaction({date, text, postings})))
}

function readEntries(text) {
  const entries = []
  for (const {line, number} of meaningfulLines(text)) {
    if (!/^\s/.test(line)) entries.push(readHead(line, number))
    else if (entries.length === 0) throw new JournalError(`line ${number}: a posting before the first transaction`)
    else entries.at(-1).postings.push(at(number, () => readPosting(line)))
  }
  return entries
}

function meaningfulLines(text) {
  const lines = text.split(/\r?\n/).map((line, index) => ({line, number: index + 1}))
  return lines.filter(({line}) => line.trim() !== '' && !line.startsWith('#'))
}

function readHead(line, number) {
  const [date, ...words] = line.trim().split(' ')
  return {number, date, text: words.join(' '), postings: []}
}

function readPosting(line) {
  const match = /^(\S+)\s+(\S+ \S+)$/.exec(line.trim())
  if (!match) throw new SyntaxError(`Not a posting: ${line.trim()}`)
  const [, account, amount] = match
  return {account, ...parseMoney(amount)}
}

/** Says in which line `work` failed. */
function at(number, work) {
  try {
    return work()
  } catch (error) {
    throw new JournalError(`line ${number}: ${error.message}`, {cause: error})
  }
}
