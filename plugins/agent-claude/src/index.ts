import type {RegisterOptions} from 'conduct-cli/plugin'
import {createClaudeBackend} from './claude-backend.ts'

/** The oclif hook `conduct:register`. */
export default async function register(options: RegisterOptions): Promise<void> {
  options.addAgent(createClaudeBackend())
}
