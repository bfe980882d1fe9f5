import type {RegisterOptions} from 'conduct-cli/plugin'
import {lintValidator} from './lint-validator.ts'

/** The oclif hook `conduct:register`. */
export default async function register(options: RegisterOptions): Promise<void> {
  options.addValidator(lintValidator)
}
