import type {Finding} from './validator.ts'

/** What one verdict may say: every event log, screen, report and prompt of it carries this. */
const MAX_FINDINGS = 1_000
const MAX_BYTES = 512 * 1024
const MAX_MESSAGE = 2_000

/**
 * The findings as they came, unless they are more than anybody acts on: then those that are new come first, and the last
 * one says how many are left out; it is an old one when all of these are. Messages are cut at 2,000 characters.
 */
export function boundFindings(findings: readonly Finding[]): readonly Finding[] {
  const short = findings.map(withShortMessage)
  const count = countFitting(short)
  if (count === short.length) return short
  const sorted = short.toSorted((a, b) => Number(isOld(a)) - Number(isOld(b)))
  const kept = sorted.slice(0, countFitting(sorted))
  const rest = sorted.slice(kept.length)
  const marks = rest.every(isOld) ? {preExisting: true} : {}
  return [...kept, {message: `… and ${rest.length.toLocaleString('en')} more findings.`, ...marks}]
}

function isOld({preExisting, flaky}: Finding): boolean {
  return preExisting === true || flaky === true
}

function withShortMessage(finding: Finding): Finding {
  const {message} = finding
  return message.length <= MAX_MESSAGE ? finding : {...finding, message: `${message.slice(0, MAX_MESSAGE - 1).toWellFormed()}…`}
}

function countFitting(findings: readonly Finding[]): number {
  let bytes = 0
  for (const [index, {message, file = '', test = ''}] of findings.slice(0, MAX_FINDINGS).entries()) {
    bytes += Buffer.byteLength(message) + file.length + test.length
    if (bytes > MAX_BYTES) return index
  }
  return Math.min(findings.length, MAX_FINDINGS)
}
