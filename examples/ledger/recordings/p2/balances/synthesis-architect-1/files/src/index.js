export {digitsOf} from './currency.js'
export {JournalError, parseJournal} from './journal.js'
export {balancesOf, trialBalance} from './balances.js'
