import * as z from 'zod'
import {shorten} from '../validators/test-findings.ts'
import type {Finding} from '../validators/validator.ts'

export const SEVERITIES = ['low', 'medium', 'high'] as const
export type Severity = (typeof SEVERITIES)[number]

export interface AuditFinding extends Finding {
  readonly severity: Severity
  readonly file: string
}

const entry = z.object({
  severity: z.enum(SEVERITIES),
  file: z.string().min(1),
  line: z.int().min(1).optional(),
  message: z.string().trim().min(1),
})

/** What can be said of the files that the work changed. */
export interface AuditedTree {
  /** What the work changed or removed. */
  readonly changed: ReadonlySet<string>
  readText(file: string): Promise<string | undefined>
}

export interface AuditAnswer {
  /** Those that point to the work, the worst first. */
  readonly findings: readonly AuditFinding[]
  /** What is no finding, and why: places that are not there, or that the work did not touch. */
  readonly refused: readonly string[]
}

/**
 * What a security-auditor answered. One that names nothing but false places has not answered.
 *
 * @param cwd where it worked: it may call files by their full paths
 */
export async function parseAudit(json: unknown, cwd: string, tree: AuditedTree): Promise<AuditAnswer | {readonly problem: string}> {
  const list = z.object({findings: z.array(z.unknown())}).safeParse(json).data?.findings
  if (!list) return {problem: 'its answer has no list `findings`'}
  const checked = await Promise.all(list.map((item) => checkFinding(item, cwd, tree)))
  const findings = checked.filter((one) => typeof one !== 'string')
  const refused = checked.filter((one) => typeof one === 'string')
  if (findings.length === 0 && refused.length > 0) return {problem: `nothing that it found can be checked: ${refused[0]}`}
  return {findings: findings.toSorted((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity)), refused}
}

async function checkFinding(item: unknown, cwd: string, {changed, readText}: AuditedTree): Promise<AuditFinding | string> {
  const {data} = entry.safeParse(item)
  if (!data) return 'a finding needs `severity`, `file` and `message`'
  const file = (data.file.startsWith(`${cwd}/`) ? data.file.slice(cwd.length + 1) : data.file).replace(/^\.\//, '')
  const {severity, line} = data
  if (!changed.has(file)) return `${file} is no file that the work changed`
  const count = (await readText(file))?.replace(/\n$/, '').split('\n').length
  if (line !== undefined && count !== undefined && line > count) return `${file} has no line ${line}`
  return {severity, file, ...(line === undefined || count === undefined ? {} : {line}), message: `${severity}: ${shorten(data.message)}`}
}
