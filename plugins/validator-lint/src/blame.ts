import type {Finding, ValidatorInput} from 'conduct-cli/plugin'
import type {Problem} from './linter.ts'

const MAX_NEW = 100
const MAX_OLD = 20

/** Findings of problems: new ones first, those on lines that were there before marked as such, never too many. */
export async function blame(input: ValidatorInput, problems: readonly Problem[]): Promise<readonly Finding[]> {
  const sorted = [...problems].sort(byPlace)
  const areNew = await Promise.all(sorted.map((problem) => isNew(input, problem)))
  const fresh = sorted.filter((_, index) => areNew[index]).map(toFinding)
  const old = sorted.filter((_, index) => !areNew[index]).map((problem) => ({...toFinding(problem), preExisting: true}))
  return [...shorten(fresh, MAX_NEW, {}), ...shorten(old, MAX_OLD, {preExisting: true})]
}

async function isNew({baseFiles, addedLines}: ValidatorInput, {file, line}: Problem): Promise<boolean> {
  if (baseFiles === undefined || !baseFiles.includes(file)) return true
  return line !== undefined && (await addedLines(file)).has(line)
}

function toFinding({file, line, rule, message}: Problem): Finding {
  const text = message.split('\n')[0]?.trim() ?? ''
  return {message: rule === undefined ? text : `${rule}: ${text}`, file, ...(line === undefined ? {} : {line})}
}

function byPlace(one: Problem, other: Problem): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1
  return (one.line ?? 0) - (other.line ?? 0) || (one.message < other.message ? -1 : 1)
}

function shorten(findings: readonly Finding[], max: number, marks: Partial<Finding>): readonly Finding[] {
  if (findings.length <= max) return findings
  return [...findings.slice(0, max), {message: `${findings.length - max} more problems of linters.`, ...marks}]
}
