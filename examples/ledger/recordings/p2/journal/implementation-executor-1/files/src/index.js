export {digitsOf} from './currency.js'
export {JournalError, parseJournal} from './journal.js'
