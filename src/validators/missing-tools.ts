import {ConductError} from '../errors.ts'
import type {NamedVerdict} from '../events.ts'
import type {MissingTool} from './validator.ts'

/** Every program that a validator needed and did not find, each once. */
export function missingTools(verdicts: readonly NamedVerdict[]): readonly MissingTool[] {
  const all = verdicts.flatMap(({missing = []}) => missing)
  return [...new Map(all.map((entry) => [`${entry.tool}\n${entry.install}`, entry])).values()]
}

/** What to type to get them, each command once. */
export const installCommands = (missing: readonly MissingTool[]): readonly string[] => [...new Set(missing.map(({install}) => install))]

/**
 * Stops what no agent could mend.
 *
 * @throws {ConductError} `TOOL_MISSING` with what to type for each tool
 */
export function refuseMissingTools(verdicts: readonly NamedVerdict[]): void {
  const missing = missingTools(verdicts)
  if (missing.length === 0) return
  const validators = verdicts.filter((verdict) => verdict.missing !== undefined).map(({validator}) => validator)
  const tools = missing.map(({tool}) => tool).join(', ')
  throw new ConductError('TOOL_MISSING', `${validators.join(', ')} cannot check anything: ${tools} not installed.`, [
    ...installCommands(missing),
    'To have it in every worktree and checkout, add the command to `worktrees.setup` in the config.',
  ])
}
