import type {RegisterOptions} from 'conduct-cli/plugin'
import {createCodexBackend} from './codex-backend.ts'

/** The oclif hook `conduct:register`. */
export default async function register(options: RegisterOptions): Promise<void> {
  options.addAgent(createCodexBackend())
}
