import {readFile} from 'node:fs/promises'
import {balancesOf, JournalError, parseJournal} from './index.js'
import {formatMoney} from './money.js'

/**
 * `ledger balance FILE`.
 *
 * @param {readonly string[]} args
 * @param {{readonly stdout: NodeJS.WritableStream, readonly stderr: NodeJS.WritableStream}} streams
 * @returns {Promise<number>} exit code: 0, 1 for a journal that is wrong, 2 for anything else
 */
export async function main(args, {stdout, stderr}) {
  const [command, file] = args
  if (command !== 'balance' || args.length !== 2) {
    stderr.write('Usage: ledger balance FILE\n')
    return 2
  }
  try {
    stdout.write(renderBalances(balancesOf(parseJournal(await readFile(file, 'utf8')))))
    return 0
  } catch (error) {
    stderr.write(`ledger: ${error.message}\n`)
    return error instanceof JournalError ? 1 : 2
  }
}

/** One line an account, with the amounts one below the other. */
function renderBalances(balances) {
  const rows = balances.map((balance) => [balance.account, formatMoney(balance)])
  const [left, right] = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column].length)))
  return rows.map(([account, amount]) => `${account.padEnd(left)}  ${amount.padStart(right)}\n`).join('')
}
