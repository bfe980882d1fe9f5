import type {RegisterOptions} from 'conduct-cli/plugin'
import {createGeminiBackend} from './gemini-backend.ts'

/** The oclif hook `conduct:register`. */
export default async function register(options: RegisterOptions): Promise<void> {
  options.addAgent(createGeminiBackend())
}
