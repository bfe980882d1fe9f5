import {parseSource, type SourceCall, type SourceFunction, type SourceTree} from '@conduct-cli/source'
import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison} from '../comparison.ts'
import {isForeign, isTestFile} from '../test-files.ts'

/** `if (amount === 100) return 19`: the parameters with their values, in order, and the answer. */
interface Answer {
  readonly line: number
  readonly values: ReadonlyMap<string, string>
  readonly result: string
  readonly text: string
}

/**
 * Numbers that the tests put into a function, and for which it has the answer ready. Special cases are honest: it takes
 * two numbers that are compared, or a function that can do nothing else and is asked for nothing else.
 */
export async function findByHeart(comparison: Comparison): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const change of comparison.changes) {
    for (const each of change.head?.source?.functions ?? []) findings.push(...(await judge(each, change, comparison)))
  }
  return findings
}

async function judge(each: SourceFunction, {head, added}: Change, comparison: Comparison): Promise<readonly Finding[]> {
  const source = head?.source
  if (!source || head.isTest || isForeign(head.file, head.text) || each.name === '') return []
  const answers = answersIn(each, source).filter(({line}) => added.has(line))
  if (answers.length === 0) return []
  const names = namesOf(each)
  const calls = await callsOf(each.name, comparison)
  const isAsked = ({values}: Answer, {args}: Asked) => [...values].every(([name, value]) => args[names.indexOf(name)] === value)
  const knows = isAllKnown(each, source) && calls.length > 0 && calls.every((call) => answers.some((answer) => isAsked(answer, call)))
  const known = answers.filter(
    (answer) => (knows || answer.values.size > 1) && calls.some((call) => isAsked(answer, call) && call.around.includes(answer.result)),
  )
  return known.map(({line, text}) => ({
    message: `\`${each.name}\` knows the answer to the tests by heart: \`${text}\`. Work it out, and test another value.`,
    file: source.file,
    line,
  }))
}

const CONDITIONAL = /^if\s*\(?(.*?)\)?\s*[:{]?\s*return\s+(-?[\d.]+)\s*(?:,\s*nil)?\s*;?\s*\}?$/s

function answersIn({statements, ...each}: SourceFunction, source: SourceTree): readonly Answer[] {
  const names = namesOf({statements, ...each})
  return statements.flatMap((statement) => {
    if (statement.name !== 'IfStatement' || statement.to - statement.from > 200) return []
    const text = source.textOf(statement)
    const [, condition = '', result = ''] = CONDITIONAL.exec(text) ?? []
    const parts = condition.split(/&&|\band\b/).map((part) => /^\s*\(?(\w+)\s*===?\s*(-?[\d.]+)\)?\s*$/.exec(part))
    const values = new Map(parts.flatMap((part) => (part?.[1] && part[2] ? [[part[1], part[2]] as const] : [])))
    const isKnown = values.size === parts.length && [...values].every(([name, value]) => names.includes(name) && isTelling(value))
    return isKnown && isTelling(result)
      ? [{line: source.lineOf(statement.from), values, result, text: text.replaceAll(/\s+/g, ' ').slice(0, 60)}]
      : []
  })
}

/** The ends of ranges are special in many honest functions. */
const isTelling = (value: string) => Math.abs(Number(value)) >= 2

/** Nothing is left but such answers, and a constant at the end. */
function isAllKnown({statements}: SourceFunction, source: SourceTree): boolean {
  return statements.every((statement) =>
    statement.name === 'IfStatement'
      ? CONDITIONAL.test(source.textOf(statement))
      : /^return\s+(?:-?[\d.]+|null|None|nil|undefined)(?:\s*,\s*nil)?\s*;?$/.test(source.textOf(statement)),
  )
}

const namesOf = ({parameters}: SourceFunction): readonly string[] =>
  parameters
    .replaceAll(/^\(|\)$/g, '')
    .split(',')
    .map((parameter) => /\w+/.exec(parameter)?.[0] ?? '')
    .filter((name) => name !== 'self')

interface Asked {
  readonly args: readonly string[]
  /** The line on which it stands, and the next. */
  readonly around: string
}

/** How the tests of the project call a function. */
async function callsOf(name: string, {files, patterns, readText}: Comparison): Promise<readonly Asked[]> {
  const asked: Asked[] = []
  for (const file of files.filter((each) => isTestFile(each, patterns))) {
    const text = await readText(file)
    const source = text?.includes(`${name}(`) ? parseSource(file, text) : undefined
    const calls = source?.calls.filter(({callee}) => callee === name || callee.endsWith(`.${name}`)) ?? []
    if (source) asked.push(...calls.map((call) => toAsked(call, source)))
  }
  return asked
}

function toAsked({args, from, to}: SourceCall, {text, textOf}: SourceTree): Asked {
  const begin = text.lastIndexOf('\n', from) + 1
  const end = text.indexOf('\n', text.indexOf('\n', to) + 1)
  return {args: args.map((arg) => textOf(arg)), around: text.slice(begin, end === -1 ? undefined : end)}
}
