export {digitsOf} from './currency.js'
