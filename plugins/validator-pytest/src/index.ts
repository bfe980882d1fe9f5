import type {RegisterOptions} from 'conduct-cli/plugin'
import {pytestValidator} from './pytest-validator.ts'

/** The oclif hook `conduct:register`. */
export default async function register(options: RegisterOptions): Promise<void> {
  options.addValidator(pytestValidator)
}
