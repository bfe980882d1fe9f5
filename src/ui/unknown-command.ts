import {closest, distance} from 'fastest-levenshtein'
import {Errors, type Interfaces} from '@oclif/core'
import {ConductError, EXIT} from '../errors.ts'
import {oneLine} from './text.ts'

/** What the words that follow `conduct` can be. */
export interface KnownCommands {
  /** `checkpoint:list`. */
  readonly ids: readonly string[]
  /** Does a command have this flag? */
  readonly hasFlag: (id: string, flag: string) => boolean
}

/**
 * What is wrong with words that name no command: one that takes no argument, or one that is misspelt.
 *
 * @param id the words, as oclif joins them: `state:k3f9`
 */
export function explainUnknown(id: string, {ids, hasFlag}: KnownCommands): ConductError {
  const words = id.split(':')
  const command = words.map((_, index) => words.slice(0, index + 1).join(':')).findLast((prefix) => ids.includes(prefix))
  if (command === undefined) return misspelt(words, ids)
  const argument = oneLine(words[command.split(':').length] ?? '', MAX_LENGTH)
  const typed = `conduct ${command.replaceAll(':', ' ')}`
  return new ConductError('USAGE', `\`${typed}\` takes no argument \`${argument}\`.`, [
    ...(hasFlag(command, 'task') ? [`For that task: ${typed} --task ${argument}`] : []),
    `What it takes: ${typed} --help`,
  ])
}

/** The work of a comparison grows with the square of it. */
const MAX_LENGTH = 80

function misspelt(words: readonly string[], ids: readonly string[]): ConductError {
  const typed = oneLine(words.join(' '), MAX_LENGTH)
  const meant = closest(
    typed,
    ids.map((id) => id.replaceAll(':', ' ')),
  )
  const isLikely = distance(typed, meant) <= Math.max(1, typed.length / 3)
  return new ConductError('USAGE', `conduct has no command \`${typed}\`.`, [
    ...(isLikely ? [`Did you mean: conduct ${meant}`] : []),
    'All commands: conduct --help',
  ])
}

/**
 * oclif's hook for such words: says it as every other error is said, and ends.
 *
 * @throws {Errors.ExitError} always
 */
export async function commandNotFound({id, argv = [], config}: {id: string; argv?: string[]; config: Interfaces.Config}): Promise<never> {
  const hasFlag = (command: string, flag: string) => flag in (config.findCommand(command)?.flags ?? {})
  const {code, message, suggestions} = explainUnknown(id, {ids: config.commandIDs, hasFlag})
  const exit_code = EXIT.USAGE
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify({error: {code, message, suggestions, exit_code}}, undefined, 2)}\n`)
  else process.stderr.write(`${[`Error: ${message}`, ...suggestions.map((line) => `  → ${line}`)].join('\n')}\n`)
  throw new Errors.ExitError(exit_code)
}
