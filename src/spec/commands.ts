import type {Code, Entry, Field} from './collect.ts'
import type {InlineLine} from './markdown/inline.ts'
import {createError, type Place} from './problem.ts'
import type {SpecProblem} from './spec.ts'
import {toCommand, toPlainText, toRaw} from './values.ts'

export interface Script {
  /** One or several lines of shell; `''` when there are none. */
  readonly script: string
  readonly problems: readonly SpecProblem[]
}

const FENCE_HINT = 'Put the command alone between backticks, or several lines into a fenced block below the label.'

/** The shell script under a label: on its line, in a list, or fenced. */
export function readScript({entries}: Pick<Field, 'entries'>): Script {
  const hasCode = entries.some(({code, children}) => code.length > 0 || children.length > 0)
  const parts = entries.flatMap((entry) => readEntry(entry, hasCode))
  return {
    script: parts
      .map(({script}) => script)
      .filter((script) => script !== '')
      .join('\n'),
    problems: parts.flatMap(({problems}) => problems),
  }
}

/** A command may stand on the line, in fenced code below it, or in the items below it. */
function readEntry({lines, code, children}: Entry, hasCode: boolean): readonly Script[] {
  // "Run this:" before a block is no command.
  const isIntroduction = hasCode && toPlainText(lines).endsWith(':')
  return [
    ...(lines.length === 0 || isIntroduction ? [] : [readLines(lines)]),
    ...code.map(readFenced),
    ...children.flatMap((child) => readEntry(child, false)),
  ]
}

function readLines(lines: readonly InlineLine[]): Script {
  const commands: string[] = []
  for (const line of lines) {
    const command = toCommand(line)
    if (command === undefined) return refuse(line, `"${toRaw(line.spans).trim()}" mixes a command with other text.`)
    if (command === '') continue
    const before = commands.at(-1)
    const isCode = line.spans.some(({kind}) => kind === 'code')
    if (before !== undefined && !isCode && !isContinued(before)) return refuse(line, 'A command goes on over several lines.')
    commands.push(command)
  }
  return {script: commands.join('\n'), problems: []}
}

function isContinued(line: string): boolean {
  return /(?:\\|&&|\|\|?|;)$/.test(line)
}

function refuse(line: Place, message: string): Script {
  return {script: '', problems: [createError(line, {code: 'unclear-command', message, hint: FENCE_HINT})]}
}

/** In a copied terminal session only the lines with a prompt are commands. */
function readFenced({text}: Code): Script {
  const lines = text.split('\n')
  const prompted = lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2))
  const script = (prompted.length > 0 ? prompted : lines).join('\n').trim()
  return {script: script.split('\n').every((line) => /^\s*(?:#|$)/.test(line)) ? '' : script, problems: []}
}
