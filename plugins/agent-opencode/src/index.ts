import type {RegisterOptions} from 'conduct-cli/plugin'
import {createOpencodeBackend} from './opencode-backend.ts'

/** The oclif hook `conduct:register`. */
export default async function register(options: RegisterOptions): Promise<void> {
  options.addAgent(createOpencodeBackend())
}
