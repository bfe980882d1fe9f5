import type {SourceTree} from '@conduct-cli/source'
import {shorten, type Mark} from './mark.ts'

const SAYS_SO = String.raw`["'\u0060][^"'\u0060\n]*\b(?:not (?:yet )?(?:been )?implemented|unimplemented|implement me)\b|["'\u0060]\W*(?:TODO|FIXME)\b\W`

/** Code that fails on purpose because it is not there yet, in languages that no grammar reads for us. */
const PATTERNS: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:fatalError|preconditionFailure|raise|die|abort|error|throw|fail|echo|printf)\b[\s(]*(?:new\s+)?(?:[\w.:]*\s*[(,]\s*)?(?:${SAYS_SO})`,
    'i',
  ),
  /\braise\s+NotImplemented(?:Error)?\b/,
  /\bthrow\s+(?:new\s+)?(?:[\w.]+\.)?(?:NotImplemented(?:Exception|Error)|UnimplementedError)\b/,
  /(?:^|[^\w.])TODO\s*\(/,
]

/** What only looks like code in a string is none: the first word must stand in code. */
export function marksInText(tree: SourceTree): readonly Mark[] {
  const lines = blank(tree.text, tree.comments).split('\n')
  const code = blank(blank(tree.text, tree.comments), tree.strings).split('\n')
  return lines.flatMap((line, index) => {
    const isMark = PATTERNS.some((pattern) => isHit(pattern.exec(line), line, code[index] ?? ''))
    const message = `Unfinished work: ${shorten(line)}. Write it.`
    return isMark ? [{line: index + 1, lines: [index + 1], message}] : []
  })
}

function isHit(match: RegExpExecArray | null, line: string, code: string): boolean {
  return match !== null && code.charAt(match.index) === line.charAt(match.index) && !/init\(coder:\)|\b501\b|subclass|overrid/i.test(line)
}

/** Lines keep their numbers, and characters their places. */
function blank(text: string, ranges: readonly {readonly from: number; readonly to: number}[]): string {
  let from = 0
  const parts = ranges.map((range) => {
    const before = text.slice(from, range.from)
    from = range.to
    return before + text.slice(range.from, range.to).replaceAll(/[^\n]/g, '\0')
  })
  return [...parts, text.slice(from)].join('')
}
