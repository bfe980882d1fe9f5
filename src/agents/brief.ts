import {readPrompt} from './prompt.ts'

const PLACEHOLDER = '{{request}}'

/**
 * The brief of a coding agent that is the orchestrator itself, and calls the operations as tools.
 *
 * @param request what it is asked for, `''` for the spec of its repository; or what stands for that in a command file
 */
export function renderBrief(request: string): string {
  return readPrompt('orchestrator').replace(PLACEHOLDER, () => request.trim())
}
