import type {RegisterOptions} from 'conduct-cli/plugin'
import {createAcpBackend} from './acp-backend.ts'

/** The oclif hook `conduct:register`. */
export default async function register(options: RegisterOptions): Promise<void> {
  options.addAgent(createAcpBackend())
}
