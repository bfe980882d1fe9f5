import type {Claim, ClaimEvidence, CriterionVerdict} from '../events.ts'
import {shorten} from '../validators/test-findings.ts'
import type {CommandProof} from './review-commands.ts'
import {isIdle} from './review-evidence.ts'

/** What checking the evidence of a claim came to. */
export interface Checked {
  /** Of a place: why it is no evidence, as the end of a sentence. */
  readonly fault?: string | undefined
  /** Of a command. */
  readonly proof?: CommandProof | undefined
}

type Judgement = Omit<CriterionVerdict, 'id' | 'text'>

/** The verdict on a criterion: what the reviewer claims, where its evidence holds, and `unverified` with the reason elsewhere. */
export function judgeClaim(claim: Claim, checked: Checked): Judgement {
  const {verdict, evidence, reason} = claim
  if (verdict === 'unverified') return unverified(reason ?? 'The reviewer could not settle it.')
  if (!evidence) return unverified(`The reviewer says ${verdict}, without evidence that can be checked.`)
  return evidence.kind === 'place' ? judgePlace(claim, evidence, checked.fault) : judgeCommand(claim, evidence.command, checked.proof)
}

const unverified = (evidence: string): Judgement => ({verdict: 'unverified', check: 'review', evidence})

const refuted = ({verdict}: Claim, why: string): Judgement =>
  unverified(`The reviewer says ${verdict}, but its evidence does not hold: ${why}.`)

function judgePlace(claim: Claim, {file, line, quote}: Extract<ClaimEvidence, {kind: 'place'}>, fault: string | undefined): Judgement {
  if (fault !== undefined) return refuted(claim, fault)
  const place = `${file}:${line}`
  return {verdict: claim.verdict, check: `review: ${place}`, evidence: withReason(`${place} \`${shorten(quote.trim())}\``, claim)}
}

function judgeCommand(claim: Claim, command: string, proof: CommandProof | undefined): Judgement {
  const what = `\`${shorten(command)}\``
  if (isIdle(command)) return refuted(claim, `${what} ends the same whatever the code is`)
  if (!proof) return unverified(`${what} was not run.`)
  const {exitCode, end, changed, isEmpty, output, executed} = proof
  if (changed.length > 0)
    return refuted(claim, `${what} changes ${changed.slice(0, 3).join(', ')}, so that it may make what it is to prove`)
  if (isEmpty) return refuted(claim, `${what} exits with 0 in an empty folder too`)
  if (claim.verdict === 'met' && executed === 0) return refuted(claim, `${what} runs no test`)
  const isMet = exitCode === 0
  const settled = (verdict: 'met' | 'unmet', text: string): Judgement => ({verdict, check: `review: command ${command}`, evidence: text})
  if (claim.verdict === 'met' && isMet) return settled('met', withReason(`${what} ${end}.`, claim))
  if (claim.verdict === 'unmet' && !isMet && isAnswer(exitCode))
    return settled('unmet', withReason(`${what} ${end}.\n${output}`.trimEnd(), claim))
  if (claim.carried && !isMet && isAnswer(exitCode))
    return settled('unmet', `${what} exited with 0 after the phase, and ${end} now.\n${output}`.trimEnd())
  return refuted(claim, `${what} ${end} when it was run`)
}

/** A program that cannot be started, or was stopped, says nothing about the code. */
const isAnswer = (exitCode: number | null) => exitCode !== null && exitCode !== 126 && exitCode !== 127

const withReason = (evidence: string, {reason}: Claim) => (reason === undefined ? evidence : `${evidence} ${reason}`)
