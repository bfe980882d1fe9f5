import {languageOf} from './languages.ts'
import {scan, type Token} from './scanner.ts'

/** A place where work was left out. */
export interface Mark {
  /** 1-based. */
  readonly line: number
  /** The words that give it away. */
  readonly text: string
}

const IN_COMMENTS: readonly RegExp[] = [
  /\b(?:TODO|FIXME|XXX|HACK)\b/,
  /\b(?:todo|fixme)\s*[:(]/i,
  /\bnot (?:yet )?implemented\b|\bunimplemented\b/i,
  /\bimplement (?:me|this|later|here)\b/i,
  /\b(?:placeholder|stub|dummy|mock|fake)(?:ed)? (?:implementation|code|value|logic|function|response|data) (?:for now|until|here)\b/i,
  /\b(?:this is|just) (?:only )?a (?:placeholder|stub|mock)\b|^\W*placeholder\b\W*(?:for now)?\W*$/i,
  /\b(?:placeholder|stub|dummy) implementation\b/i,
  /\bin a real (?:implementation|application|app|system)\b/i,
]

const SAYS_SO = String.raw`["'\u0060](?:[^"'\u0060\n]*\b(?:not (?:yet )?implemented|unimplemented|implement me)\b|(?:TODO|FIXME)\b)`

/** Code that fails on purpose because it is not there yet. Strings are looked at only where they are thrown. */
const IN_CODE: readonly RegExp[] = [
  new RegExp(String.raw`\bthrow\s+(?:new\s+)?[\w.]*(?:Error|Exception)\s*\(\s*${SAYS_SO}`, 'i'),
  new RegExp(
    String.raw`\b(?:panic|fatalError|preconditionFailure|log\.Fatal\w*|raise|die|abort|reject|errors\.New|fmt\.Errorf)\b[\s(]*(?:new\s+)?(?:[\w.]*\s*[(,]\s*)?${SAYS_SO}`,
    'i',
  ),
  /\braise\s+NotImplemented(?:Error)?\b/,
  /\bthrow\s+new\s+NotImplemented(?:Exception|Error)\b/,
  /\b(?:todo|unimplemented)!\s*[([{]/,
  /(?:^|[^\w.])TODO\s*\(/,
]

/** Every mark of unfinished work in a source file, in order; none in prose and data. */
export function findMarks(file: string, text: string): readonly Mark[] {
  const language = languageOf(file)
  if (language === undefined) return []
  const tokens = scan(text, language)
  const marks = [...tokens.filter(({kind}) => kind === 'comment').flatMap(marksInComment), ...marksInCode(tokens, language.docstrings)]
  return [...new Map(marks.map((mark) => [mark.line, mark])).values()].sort((first, second) => first.line - second.line)
}

function marksInComment({text, line}: Token): Mark[] {
  return text
    .split('\n')
    .map((words, index) => ({line: line + index, text: words.trim()}))
    .filter(({text: words}) => IN_COMMENTS.some((pattern) => pattern.test(words)))
}

/** Comments are blanked, so that lines keep their numbers. */
function marksInCode(tokens: readonly Token[], isPython: boolean): Mark[] {
  const withoutComments = tokens.map(({kind, text}) => (kind === 'comment' ? text.replaceAll(/[^\n]/g, ' ') : text)).join('')
  const lines = withoutComments.split('\n')
  const codeOnly = tokens
    .map(({kind, text}) => (kind === 'code' ? text : text.replaceAll(/[^\n]/g, '_')))
    .join('')
    .split('\n')
  return lines.flatMap((line, index) => {
    // What looks like code in a string is none: the first word must stand in code.
    const hit = IN_CODE.map((pattern) => pattern.exec(line)).find(
      (match) => match !== null && isCodeAt(codeOnly[index] ?? '', line, match.index),
    )
    const isMark = (hit && !isAbstract(lines, index)) || (isPython && isEmptyBody(lines, index))
    return isMark ? [{line: index + 1, text: line.trim()}] : []
  })
}

function isCodeAt(code: string, line: string, index: number): boolean {
  return code.charAt(index) === line.charAt(index)
}

const ABSTRACT = /@(?:\w+\.)?(?:abstract\w*|overload)\b/

/** An abstract method raises NotImplementedError by design. */
function isAbstract(lines: readonly string[], index: number): boolean {
  const begin = lines.slice(0, index).findLastIndex((line) => /^\s*(?:async\s+)?def\s/.test(line))
  return begin > 0 && lines.slice(Math.max(0, begin - 4), begin).some((line) => ABSTRACT.test(line))
}

/** `def f(): pass`, and `pass` or `...` alone under a `def`. */
function isEmptyBody(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? ''
  if (/^\s*(?:async\s+)?def\s.*:\s*(?:pass|\.\.\.)\s*$/.test(line)) return !isDesigned(lines, index)
  if (!/^\s*(?:pass|\.\.\.)\s*$/.test(line)) return false
  const above = lines.slice(0, index).findLastIndex((candidate) => candidate.trim() !== '')
  const head = lines.slice(0, above + 1).findLastIndex((candidate) => /^\s*(?:async\s+)?def\s/.test(candidate))
  const isUnderDef = head !== -1 && /^\s*(?:async\s+)?def\s[\s\S]*:\s*$/.test(lines.slice(head, above + 1).join('\n'))
  return (
    isUnderDef &&
    lines
      .slice(head, above + 1)
      .join('\n')
      .split(/:\s*$/m).length === 2 &&
    !isDesigned(lines, head)
  )
}

/** Overloads, abstract methods and protocols have no bodies; nor has `__init__` of a class that needs none. */
function isDesigned(lines: readonly string[], def: number): boolean {
  if (lines.slice(Math.max(0, def - 4), def).some((line) => ABSTRACT.test(line))) return true
  const owner = lines.slice(0, def).findLast((line) => /^\s*class\s/.test(line)) ?? ''
  return /\b(?:Protocol|ABC|ABCMeta)\b/.test(owner) || /\bdef\s+__\w+__/.test(lines[def] ?? '')
}
