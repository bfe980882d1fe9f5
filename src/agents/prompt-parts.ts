import type {Finding} from '../validators/validator.ts'

/** The longer parts of a prompt: lists and blocks of data. */

/** A check that failed, and where its full output is. */
export interface FailedCheck {
  readonly name: string
  readonly command?: string
  readonly exitCode?: number | null
  /** Absolute path of the file, or of the folder that has it. */
  readonly logFile?: string
  readonly evidence?: string
}

export type PromptFinding = Pick<Finding, 'message' | 'file' | 'line' | 'test' | 'preExisting'>

/** A conflicted file, and the absolute paths where its sides can be read. */
export interface PromptConflict {
  readonly file: string
  readonly base?: string
  readonly ours?: string
  readonly theirs?: string
}

/** More than this no agent reads; what is left out is in the log files. */
const MAX_FINDINGS = 60
const MAX_BYTES = 16 * 1024
const MAX_MESSAGE = 2_000

/** A Markdown list; `- none` when there is nothing. */
export function renderList(items: readonly string[] | undefined, none = 'none'): string {
  if (items === undefined || items.length === 0) return `- ${none}`
  return items.map((item) => `- ${item.trim().replaceAll('\n', '\n  ')}`).join('\n')
}

/** One item a check: its name, its command and exit code, its log. */
export function renderChecks(checks: readonly FailedCheck[] | undefined): string {
  return renderList(checks?.map((check) => renderCheck(check)))
}

function renderCheck({name, command, exitCode, logFile, evidence}: FailedCheck): string {
  const parts = [
    command === undefined ? undefined : `command: ${oneLine(command)}`,
    exitCode === undefined ? undefined : `exit code: ${exitCode ?? 'none, it was stopped'}`,
    evidence === undefined || evidence === '' ? undefined : oneLine(evidence),
    logFile === undefined ? undefined : `full output: ${logFile}`,
  ]
  return [name, ...parts.filter((part) => part !== undefined).map((part) => `- ${part}`)].join('\n')
}

/** The findings as a block of data, as many as an agent will read: new ones with a place first, of these the shortest. */
export function renderFindings(findings: readonly PromptFinding[] | undefined): string {
  if (findings === undefined || findings.length === 0) return '- none'
  const sorted = findings.map((finding) => ({rank: rankOf(finding), text: renderFinding(finding)}))
  const lines = sorted.sort((a, b) => a.rank - b.rank || a.text.length - b.text.length).map(({text}) => text)
  const shown = lines.slice(0, countFitting(lines))
  const left = lines.length - shown.length
  const note = left === 0 ? '' : `\n\n… and ${left} more finding${left === 1 ? '' : 's'}, left out here; the log files have all.`
  return `${fence(shown.join('\n'), 'text')}${note}`
}

/** What was there before says least about this work; what names no place is what is hardest to act on. */
function rankOf({file, preExisting}: PromptFinding): number {
  return (preExisting === true ? 2 : 0) + (file === undefined ? 1 : 0)
}

function renderFinding({message, file, line, test, preExisting}: PromptFinding): string {
  const where = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `
  const which = test === undefined ? '' : `[${test}] `
  const old = preExisting ? ' (was there before this work)' : ''
  const text = message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message
  return `${where}${which}${text.trim().replaceAll('\n', '\n    ')}${old}`
}

function countFitting(lines: readonly string[]): number {
  let bytes = 0
  let count = 0
  for (const line of lines.slice(0, MAX_FINDINGS)) {
    bytes += Buffer.byteLength(line) + 1
    if (bytes > MAX_BYTES) return count
    count++
  }
  return count
}

/** One item a file, with the paths of its sides. */
export function renderConflicts(conflicts: readonly PromptConflict[] | undefined): string {
  const items = conflicts?.map(({file, ...sides}) => {
    const named = Object.entries(sides).map(([side, path]) => `- ${side}: \`${path}\``)
    return [`\`${file}\``, ...named].join('\n')
  })
  return renderList(items)
}

/** A fenced block that nothing in `text` can close. */
export function fence(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const mark = '`'.repeat(longest + 1)
  return `${mark}${language}\n${text}\n${mark}`
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, '; ')
}
