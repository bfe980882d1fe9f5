import type {NamedVerdict} from '../events.ts'
import {openTree, type TreeReader} from '../git/tree.ts'
import {createRedactor, redactStrings} from '../redact.ts'
import {boundFindings} from '../validators/bound-findings.ts'
import type {FileAnswer} from './answer-file.ts'
import {endOf, pauseFor} from './launch-role.ts'
import {parseAudit, SEVERITIES, type AuditAnswer, type Severity} from './audit-answer.ts'
import type {RunContext} from './context.ts'
import {launchReader, listed} from './review.ts'
import {baseOf} from './validation.ts'

const SUBJECT = {kind: 'audit', phase: 0} as const
/** Name of its verdict. */
const AUDIT = 'security-audit'

/**
 * Puts what is about to be merged to a security-auditor and records what it found. An answer that is none is rejected, as
 * work is, and so counts as an attempt: nothing passes this gate without an answer.
 */
export async function performAudit(context: RunContext, number: number): Promise<void> {
  const {log, git, hostEnv, now} = context
  const begun = now()
  const sha = log.state.finish.prepared?.sha
  if (sha === undefined) throw new Error('Internal error: nothing is prepared to audit')
  const tree = await openTree(git, {sha, base: baseOf(log.state, {kind: 'finish'}, sha)})
  const gotchas = log.state.phases.flatMap(({phase}) => phase.gotchas)
  const given = {changedFiles: listed(tree.changedFiles), gotchas}
  const launch = {subject: SUBJECT, role: 'security-auditor'} as const
  const {launched, file, cwd} = await launchReader(context, {...launch, number, sha, given})
  const {attemptId, ended} = launched
  if (ended.outcome.status !== 'finished') return log.append(endOf(launched), ...pauseFor(context, launch, launched))
  const answer = await readFindings(file, cwd, tree)
  const redactor = createRedactor(hostEnv)
  if ('problem' in answer) {
    const message = redactor.redact(`The answer of the security-auditor is not accepted: ${answer.problem}.`)
    return log.append(endOf(launched), {type: 'work.rejected', subject: SUBJECT, attempt_id: attemptId, findings: [{message}]})
  }
  const verdict = redactStrings(toVerdict(answer, context.config.review.security, now() - begun), redactor)
  await log.append(endOf(launched), {type: 'audit.finished', sha, attempt_id: attemptId, verdict})
}

async function readFindings(file: FileAnswer, cwd: string, tree: TreeReader): Promise<AuditAnswer | {readonly problem: string}> {
  if ('problem' in file) return file
  const present = new Set(tree.files)
  const removed = (tree.baseFiles ?? []).filter((path) => !present.has(path))
  return parseAudit(file.json, cwd, {changed: new Set([...tree.changedFiles, ...removed]), readText: tree.readText})
}

/** @param least severity that blocks the merge; weaker findings are named in the evidence */
export function toVerdict({findings, refused}: AuditAnswer, least: Severity | 'off', durationMs: number): NamedVerdict {
  const blocks = ({severity}: {readonly severity: Severity}) => least === 'off' || SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least)
  const blocking = findings.filter((finding) => blocks(finding))
  const weaker = findings.filter((finding) => !blocks(finding))
  const parts = [
    `${findings.length} findings, ${blocking.length} of severity ${least} or above.`,
    ...weaker.slice(0, 5).map(({file, line, message}) => `${file}${line === undefined ? '' : `:${line}`} ${message}`),
    ...(refused.length > 0 ? [`Not counted: ${refused.slice(0, 3).join('; ')}.`] : []),
  ]
  return {
    validator: AUDIT,
    status: blocking.length > 0 ? 'fail' : 'pass',
    executed: null,
    findings: boundFindings(blocking.map(({file, line, message}) => ({message, file, ...(line === undefined ? {} : {line})}))),
    evidence: parts.join(' '),
    duration_ms: Math.max(0, Math.round(durationMs)),
  }
}
