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
  const answers = [...answersIn(each, source), ...onlyAnswer(each, source)].filter(({line}) => added.has(line))
  if (answers.length === 0) return []
  const names = namesOf(each)
  const calls = await callsOf(each.name, comparison)
  // What is constant must be asked with something that matters, and be what is expected.
  const isAsked = ({values, result}: Answer, {args, around}: Asked) =>
    values.size > 0
      ? [...values].every(([name, value]) => args[names.indexOf(name)] === value)
      : args.some((arg) => /^["']..|^-?\d/.test(arg) && arg !== '0' && arg !== '1') && around.includes(result)
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

const CHOICE = /^(?:return\s+)?\(?(\w+)\s*===?\s*(-?[\d.]+)\s*\?\s*(-?[\d.]+)\s*:\s*(?:-?[\d.]+|null|undefined)\)?\s*;?$/
const PYTHON_CHOICE = /^return\s+(-?[\d.]+)\s+if\s+(\w+)\s*==\s*(-?[\d.]+)\s+else\s+(?:-?[\d.]+|None)$/
const CONSTANT = /^(?:return\s+)?(-?[\d.]+|"[^"]{3,}"|'[^']{3,}')(?:\s*,\s*nil)?\s*;?$/

/** `(a) => (a === 100 ? 19 : 0)`, `(a) => 19`: all that a function of one thing does. */
function onlyAnswer(each: SourceFunction, source: SourceTree): readonly Answer[] {
  const [only, ...others] = each.statements
  const names = namesOf(each)
  if (only === undefined || others.length > 0 || each.owner || names.length === 0 || names.some((name) => /^_|^$/.test(name))) return []
  const text = source.textOf(only)
  const line = source.lineOf(only.from)
  const [, name, value, result] = CHOICE.exec(text) ?? reordered(PYTHON_CHOICE.exec(text))
  if (name && value && result && names.includes(name) && isTelling(value) && isTelling(result))
    return [{line, values: new Map([[name, value]]), result, text}]
  const constant = CONSTANT.exec(text)?.[1]
  return constant === undefined || (/^-?\d/.test(constant) && !isTelling(constant))
    ? []
    : [{line, values: new Map(), result: constant, text}]
}

const reordered = (found: RegExpExecArray | null): readonly (string | undefined)[] => [found?.[0], found?.[2], found?.[3], found?.[1]]

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
  const texts = statements.map((statement) => source.textOf(statement))
  const isOne = texts.length === 1 && [CHOICE, PYTHON_CHOICE, CONSTANT].some((pattern) => pattern.test(texts[0] ?? ''))
  return isOne || texts.every((text) => (text.startsWith('if') ? CONDITIONAL : LAST).test(text))
}

const LAST = /^return\s+(?:-?[\d.]+|null|None|nil|undefined)(?:\s*,\s*nil)?\s*;?$/

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
