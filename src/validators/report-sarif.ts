import {createHash} from 'node:crypto'
import {stripVTControlCharacters} from 'node:util'
import type {CriterionVerdict, NamedVerdict} from '../events.ts'
import type {Finding} from './validator.ts'

/** What a report is made of. */
export interface ReportSource {
  readonly verdicts: readonly NamedVerdict[]
  readonly criteria: readonly CriterionVerdict[]
}

const CRITERIA = 'criteria'

/**
 * A SARIF 2.1.0 log of one run, for sites that show findings beside the code: a rule for each validator, a result for each
 * finding that has a file. What has none is a notification of the run, since a result without a place is refused there.
 *
 * @param version of conduct
 * @returns JSON with a newline at its end
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function renderSarif(source: ReportSource, {version}: {readonly version: string}): string {
  const ids = [...new Set([...source.verdicts.map(({validator}) => validator), ...(source.criteria.length > 0 ? [CRITERIA] : [])])]
  const ruleOf = (id: string) => ({id, index: ids.indexOf(id)})
  const findings = source.verdicts.flatMap(({validator, status, findings: found}) =>
    found.map((finding) => ({rule: ruleOf(validator), level: levelOf(finding, status), finding})),
  )
  const run = {
    tool: {driver: {name: 'conduct', version, rules: ids.map(toRule)}},
    columnKind: 'utf16CodeUnits',
    results: withFingerprints(findings.filter(({finding}) => finding.file !== undefined)).map(toResult),
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: [
          ...findings.filter(({finding}) => finding.file === undefined).map(toNotification),
          ...source.criteria
            .filter(({verdict}) => verdict !== 'met')
            .map((criterion) => criterionNotification(criterion, ruleOf(CRITERIA))),
        ],
      },
    ],
  }
  const log = {$schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run]}
  return `${JSON.stringify(log, undefined, 2)}\n`
}

interface Placed {
  readonly rule: {readonly id: string; readonly index: number}
  readonly level: 'error' | 'warning' | 'note'
  readonly finding: Finding
}

function toRule(id: string) {
  const text = id === CRITERIA ? 'The success criteria of the phase.' : `The validator ${id}.`
  return {id, shortDescription: {text}}
}

function levelOf({preExisting, flaky}: Finding, status: NamedVerdict['status']): Placed['level'] {
  if (flaky) return 'warning'
  return preExisting || status !== 'fail' ? 'note' : 'error'
}

/** The same finding has the same fingerprint when its line moves, and another one when it is there twice. */
function withFingerprints(all: readonly Placed[]): readonly (Placed & {readonly fingerprint: string})[] {
  const seen = new Map<string, number>()
  return all.map((placed) => {
    const {file, message} = placed.finding
    const key = JSON.stringify([placed.rule.id, file, message])
    const count = seen.get(key) ?? 0
    seen.set(key, count + 1)
    return {...placed, fingerprint: createHash('sha256').update(`${key}${count}`).digest('hex').slice(0, 32)}
  })
}

function toResult({rule, level, finding, fingerprint}: Placed & {readonly fingerprint: string}) {
  const {file = '', line, message, test, preExisting, flaky} = finding
  const region = line === undefined ? {} : {region: {startLine: line}}
  const facts = {...(test === undefined ? {} : {test}), ...(preExisting ? {preExisting} : {}), ...(flaky ? {flaky} : {})}
  return {
    ruleId: rule.id,
    ruleIndex: rule.index,
    level,
    message: {text: plain(message)},
    locations: [{physicalLocation: {artifactLocation: {uri: toUri(file), uriBaseId: '%SRCROOT%'}, ...region}}],
    partialFingerprints: {'conductFinding/v1': fingerprint},
    ...(Object.keys(facts).length > 0 ? {properties: facts} : {}),
  }
}

function toNotification({rule, level, finding}: Placed) {
  return {level, message: {text: plain(finding.message)}, associatedRule: rule}
}

function criterionNotification({id, text, verdict, evidence}: CriterionVerdict, rule: Placed['rule']) {
  const level = verdict === 'unmet' ? 'error' : 'warning'
  return {level, message: {text: plain(`${id} is ${verdict}: ${text} (${evidence})`)}, associatedRule: rule}
}

/** A relative reference: what has a meaning in URLs is encoded, `/` alone divides. */
function toUri(file: string): string {
  return file.toWellFormed().split('/').map(encodeURIComponent).join('/')
}

function plain(text: string): string {
  return stripVTControlCharacters(text).toWellFormed()
}
