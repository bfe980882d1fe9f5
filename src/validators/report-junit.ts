import {stripVTControlCharacters} from 'node:util'
import type {CriterionVerdict, NamedVerdict} from '../events.ts'
import type {ReportSource} from './report-sarif.ts'
import type {Finding} from './validator.ts'

/**
 * A JUnit XML document, for CI systems that show test results: a suite for each validator, in it a test case for each
 * finding, or one for the verdict where there is none. What was there before, or is flaky, is a skipped test case.
 */
export function renderJunit({verdicts, criteria}: ReportSource): string {
  const suites = [...verdicts.map(toSuite), ...(criteria.length > 0 ? [criteriaSuite(criteria)] : [])]
  const cases = suites.flatMap((suite) => suite.cases)
  const seconds = verdicts.reduce((sum, {duration_ms: duration}) => sum + duration, 0) / 1000
  const root = {name: 'conduct validate', ...countCases(cases), time: seconds.toFixed(3)}
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes(root)}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n')
}

interface Suite {
  readonly name: string
  readonly seconds: number
  readonly executed: number | null
  readonly cases: readonly Case[]
}

interface Case {
  readonly name: string
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly outcome: 'passed' | 'failure' | 'skipped'
  /** Why it did not pass. */
  readonly text?: string
}

function toSuite({validator, status, findings, evidence, executed, duration_ms: duration}: NamedVerdict): Suite {
  const found = findings.map((finding) => findingCase(finding, status))
  const hasFailure = found.some(({outcome}) => outcome === 'failure')
  const outcome = {pass: 'passed', fail: 'failure', skip: 'skipped'} as const
  const own: Case = {name: validator, outcome: outcome[status], text: evidence}
  return {name: validator, seconds: duration / 1000, executed, cases: hasFailure ? found : [own, ...found]}
}

function findingCase({message, file, line, test, preExisting, flaky}: Finding, status: NamedVerdict['status']): Case {
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`} `
  const isForgiven = preExisting || flaky || status !== 'fail'
  const why = `${preExisting ? 'was there before: ' : ''}${flaky ? 'flaky, passed when repeated: ' : ''}`
  const name = test ?? `${place}${firstLine(message)}`
  return {name, file, line, outcome: isForgiven ? 'skipped' : 'failure', text: `${why}${place}${message}`}
}

const CRITERION_OUTCOMES = {met: 'passed', unmet: 'failure', unverified: 'skipped'} as const

function criteriaSuite(criteria: readonly CriterionVerdict[]): Suite {
  const cases = criteria.map(({id, text, verdict, evidence}) => ({
    name: `${id} ${text}`,
    outcome: CRITERION_OUTCOMES[verdict],
    text: `${verdict}: ${evidence}`,
  }))
  return {name: 'criteria', seconds: 0, executed: null, cases}
}

function suiteLines({name, seconds, executed, cases}: Suite): readonly string[] {
  const properties = executed === null ? [] : [`    <properties><property${attributes({name: 'executed', value: executed})}/></properties>`]
  return [
    `  <testsuite${attributes({name, ...countCases(cases), time: seconds.toFixed(3)})}>`,
    ...properties,
    ...cases.map((one) => caseLine(one, name)),
    '  </testsuite>',
  ]
}

function countCases(cases: readonly Case[]) {
  const count = (wanted: Case['outcome']) => cases.filter(({outcome}) => outcome === wanted).length
  return {tests: cases.length, failures: count('failure'), errors: 0, skipped: count('skipped')}
}

function caseLine({name, file, line, outcome, text = ''}: Case, suite: string): string {
  const head = `    <testcase${attributes({classname: suite, name: firstLine(name), file, line})}`
  if (outcome === 'passed') return `${head}/>`
  const inner =
    outcome === 'skipped'
      ? `<skipped${attributes({message: firstLine(text)})}/>`
      : `<failure${attributes({message: firstLine(text), type: suite})}>${escapeXml(text)}</failure>`
  return `${head}>${inner}</testcase>`
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return given.map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`).join('')
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? ''
}

const ENTITIES: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;'}

/** Without what XML 1.0 cannot hold at all: control characters, halves of surrogate pairs. */
function escapeXml(text: string): string {
  return stripVTControlCharacters(text)
    .toWellFormed()
    .replaceAll(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
