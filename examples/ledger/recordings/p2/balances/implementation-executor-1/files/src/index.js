export {digitsOf} from './currency.js'
export {balancesOf, trialBalance} from './balances.js'
