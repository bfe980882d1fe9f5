import type {RegisterOptions} from 'conduct-cli/plugin'
import {importsValidator} from './imports-validator.ts'

/** The oclif hook `conduct:register`. */
export default async function register(options: RegisterOptions): Promise<void> {
  options.addValidator(importsValidator)
}
