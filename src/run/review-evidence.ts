import type {ClaimEvidence} from '../events.ts'
import {splitCommands} from '../validators/shell-words.ts'

type Place = Extract<ClaimEvidence, {kind: 'place'}>

/** Does what a reviewer quotes stand where it says? Why not, as the end of a sentence; `undefined` when it does. */
export function findFault({file, line, quote}: Place, text: string | undefined): string | undefined {
  if (text === undefined) return `${file} is no text file of the committed tree`
  const lines = text.replace(/\n$/, '').split('\n')
  if (line > lines.length) return `${file} has no line ${line}`
  const wanted = quoteLines(quote)
  if (!isTelling(wanted)) return `it quotes nothing of ${file}:${line}`
  if (standsAt(lines, line, wanted)) return undefined
  const elsewhere = lines.findIndex((_line, index) => standsAt(lines, index + 1, wanted))
  return `what it quotes does not stand at ${file}:${line}${elsewhere === -1 ? '' : `, but at line ${elsewhere + 1}`}`
}

/** Where a quote stands now, when work on other parts of the file moved it; `undefined` when it is gone. */
export function findMoved(place: Place, text: string | undefined): Place | undefined {
  if (text === undefined) return undefined
  if (findFault(place, text) === undefined) return place
  const [lines, wanted] = [text.split('\n'), quoteLines(place.quote)]
  const line = lines.findIndex((_line, index) => isTelling(wanted) && standsAt(lines, index + 1, wanted)) + 1
  return line === 0 ? undefined : {...place, line}
}

/** White space says nothing: agents quote what a tool has shown them. */
const squeeze = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

const quoteLines = (quote: string) =>
  quote
    .split('\n')
    .map(squeeze)
    .filter((part) => part !== '')

/** A brace stands on many lines. */
const isTelling = (wanted: readonly string[]) => /\w.*\w.*\w/.test(wanted.join(' '))

function standsAt(lines: readonly string[], line: number, wanted: readonly string[]): boolean {
  const found = lines.slice(line - 1).map(squeeze)
  const full = found.filter((part, index) => index === 0 || part !== '')
  return wanted.every((part, index) => full[index]?.includes(part) ?? false)
}

const IDLE = new Set([
  'true',
  'false',
  ':',
  'exit',
  'return',
  'echo',
  'printf',
  'cd',
  'pwd',
  'set',
  'export',
  'sleep',
  'test',
  '[',
  'wait',
  'date',
])

/** A command that ends as it does whatever the code is: `true`, `exit 1`, `echo ok`. Looked at, not run. */
export function isIdle(script: string): boolean {
  return splitCommands(script).every((words) => isIdleCommand(words))
}

/** `test` and `[` look at files with `-f` and the like; of two given words they say nothing. */
function isIdleCommand([program = '', ...args]: readonly string[]): boolean {
  if (!IDLE.has(program.replace(/^\/(?:usr\/)?bin\//, ''))) return false
  const asksForFile = /^(?:test|\[)$/.test(program) && args.some((word) => /^-[a-z]$/.test(word) && !/^-[nzao]$/.test(word))
  return !asksForFile && !args.some((word) => word.includes('$('))
}
