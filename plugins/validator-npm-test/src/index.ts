import type {RegisterOptions} from 'conduct-cli/plugin'
import {npmTestValidator} from './npm-test-validator.ts'

/** The oclif hook `conduct:register`. */
export default async function register(options: RegisterOptions): Promise<void> {
  options.addValidator(npmTestValidator)
}
