import * as z from 'zod'
import type {Claim, ClaimEvidence} from '../events.ts'

const MAX_REASON = 300
const MAX_COMMAND = 2_000

const reason = z.string().optional().catch(undefined)
const place = z.object({file: z.string(), line: z.int().min(1), quote: z.string()})
const command = z.object({command: z.string()})
const entry = z.object({
  id: z.string(),
  verdict: z.enum(['met', 'unmet', 'unverified']),
  evidence: z.unknown().optional(),
  reason,
})

export type Answer = {readonly claims: readonly Claim[]} | {readonly problem: string}

/**
 * What a reviewer answered, for each criterion that it was asked about: none is lost, and none is added. What is malformed
 * is unverified, and says so. Nothing of it is checked yet.
 *
 * @param cwd where the reviewer worked: it may call files by their full paths
 */
export function parseAnswer(json: unknown, asked: readonly string[], cwd: string): Answer {
  const list = z.object({criteria: z.array(z.unknown())}).safeParse(json).data?.criteria
  if (!list) return {problem: 'its answer has no list `criteria`'}
  return {
    claims: asked.map((id) =>
      toClaim(
        id,
        list.filter((item) => idOf(item) === id),
        cwd,
      ),
    ),
  }
}

function idOf(item: unknown): unknown {
  return typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined
}

function toClaim(id: string, items: readonly unknown[], cwd: string): Claim {
  const unverified = (why: string): Claim => ({id, verdict: 'unverified', reason: why})
  if (items.length === 0) return unverified('The reviewer did not answer it.')
  if (items.length > 1) return unverified(`The reviewer answered it ${items.length} times.`)
  const {data} = entry.safeParse(items[0])
  if (!data) return unverified('The answer of the reviewer has no verdict `met`, `unmet` or `unverified`.')
  const said = shorten(data.reason?.trim() ?? '', MAX_REASON)
  if (data.verdict === 'unverified') return unverified(`The reviewer could not settle it${said === '' ? '.' : `: ${said}`}`)
  const evidence = toEvidence(data.evidence, cwd)
  return {id, verdict: data.verdict, ...(said === '' ? {} : {reason: said}), ...(evidence ? {evidence} : {})}
}

/** A command is looked at first: it proves more than a place. */
function toEvidence(value: unknown, cwd: string): ClaimEvidence | undefined {
  const run = command.safeParse(value).data
  if (run && run.command.length <= MAX_COMMAND) return {kind: 'command', command: run.command.replaceAll(cwd, '.').trim()}
  const at = place.safeParse(value).data
  return at && {kind: 'place', ...at, file: relativePath(at.file, cwd)}
}

function relativePath(file: string, cwd: string): string {
  return (file.startsWith(`${cwd}/`) ? file.slice(cwd.length + 1) : file).replace(/^\.\//, '')
}

function shorten(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1).toWellFormed()}…` : text
}
