import type {RegisterOptions} from 'conduct-cli/plugin'
import {testIntegrityValidator} from './test-integrity-validator.ts'

/** The oclif hook `conduct:register`. */
export default async function register(options: RegisterOptions): Promise<void> {
  options.addValidator(testIntegrityValidator)
}
