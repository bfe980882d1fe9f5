import type {Claim, CriterionVerdict, EventData, ReviewAnswered, ReviewSubject} from '../events.ts'
import {openTree, type TreeReader} from '../git/tree.ts'
import {createRedactor, redactStrings} from '../redact.ts'
import {describeOutcome} from '../tasks/describe-outcome.ts'
import {subjectKey} from '../tasks/state.ts'
import {clearAnswer, readAnswer, type FileAnswer} from './answer-file.ts'
import {endOf, isReplaced, launchRole, pauseFor, type Launched} from './launch-role.ts'
import type {RunContext} from './context.ts'
import {rolePrompt} from './prompt-values.ts'
import {recordAnswer} from './recording.ts'
import {parseAnswer, type Answer} from './review-answer.ts'
import {carryClaims} from './review-carry.ts'
import type {Step} from './step.ts'
import {baseOf} from './validation.ts'
import {withCheckout} from './worktree-steps.ts'

type ReviewStep = Extract<Step, {type: 'review'}>

/**
 * Puts the criteria that no check settled to a code-reviewer, all at once, and records what it answers. At the finish
 * only those are asked about for which the reviews of the phases are no answer any more.
 */
export async function performReview(context: RunContext, {subject, number}: ReviewStep): Promise<void> {
  const {log, git} = context
  const validation = subject.phase === 0 ? log.state.finish.validation : log.state.phases[subject.phase - 1]?.validation
  if (!validation) throw new Error('Internal error: nothing to review')
  const {sha} = validation
  const tree = await openTree(git, {sha, base: baseOf(log.state, validation.subject, sha)})
  const open = validation.criteria.filter(({verdict}) => verdict === 'unverified')
  const carried = subject.phase === 0 ? await carryClaims(log.state, open, tree) : []
  const asked = open.filter(({id}) => !carried.some((claim) => claim.id === id))
  if (asked.length === 0) return log.append({type: 'review.answered', subject, sha, claims: carried})
  await askReviewer(context, {subject, number, sha, tree, asked, carried})
}

interface Question {
  readonly subject: ReviewSubject
  readonly number: number
  readonly sha: string
  readonly tree: TreeReader
  readonly asked: readonly CriterionVerdict[]
  readonly carried: readonly Claim[]
}

async function askReviewer(context: RunContext, {subject, number, sha, tree, asked, carried}: Question): Promise<void> {
  const {log, config, hostEnv} = context
  const given = {criteria: asked.map(toQuestion), changedFiles: listed(tree.changedFiles)}
  const request: ReaderRequest = {subject, role: 'code-reviewer', number, sha, given}
  const {launched, file, cwd} = await launchReader(context, request)
  const {outcome} = launched.ended
  // Who cannot go on without the answer waits for it; who can does not.
  const pause = config.strict ? pauseFor(context, request, launched) : []
  if (outcome.status === 'cancelled' || pause.length > 0) return log.append(endOf(launched), ...pause)
  if (isReplaced(context, request, launched)) return log.append(endOf(launched))
  const answer: Answer = outcome.status !== 'finished' ? {problem: describeOutcome(outcome)} : readClaims(file, asked, cwd)
  const said = 'problem' in answer ? {claims: carried, problem: answer.problem} : {claims: [...carried, ...answer.claims]}
  const event: ReviewAnswered = {type: 'review.answered', subject, sha, attempt_id: launched.attemptId, ...said}
  const events: readonly EventData[] = [endOf(launched), redactStrings(event, createRedactor(hostEnv))]
  await log.append(...events)
}

/** What was found out so far helps to settle it. */
const toQuestion = ({id, text, evidence}: CriterionVerdict) => ({id, text: `${text} (not settled by a check: ${evidence})`})

function readClaims(file: FileAnswer, asked: readonly CriterionVerdict[], cwd: string): Answer {
  if ('problem' in file) return {problem: `${file.problem}.`}
  const ids = asked.map(({id}) => id)
  return parseAnswer(file.json, ids, cwd)
}

const MAX_FILES = 200

/** As many as a prompt is read for. */
export function listed(files: readonly string[]): readonly string[] {
  const rest = files.length - MAX_FILES
  return rest > 0 ? [...files.slice(0, MAX_FILES), `… and ${rest} more`] : files
}

export interface ReaderRequest {
  readonly subject: ReviewSubject | {readonly kind: 'audit'; readonly phase: 0}
  readonly role: 'code-reviewer' | 'security-auditor'
  readonly number: number
  readonly sha: string
  readonly given: Parameters<typeof rolePrompt>[1]['given']
}

/** Launches an agent that reads, on a clean checkout that is thrown away with all that it did there but its answer. */
export async function launchReader(
  context: RunContext,
  {subject, role, number, sha, given}: ReaderRequest,
): Promise<{launched: Launched; file: FileAnswer; cwd: string}> {
  const {log} = context
  const phase = log.state.phases.at(subject.phase - 1)?.phase
  return withCheckout(context, sha, `check-${subjectKey(subject).replaceAll('/', '-')}-${number}`, phase, async (cwd) => {
    const answerFile = await clearAnswer(cwd)
    const prompt = rolePrompt(context, {role, subject, cwd, number, given: {...given, answerFile}})
    const launched = await launchRole(context, {subject, role, number, cwd, startSha: sha, prompt})
    const texts = launched.activity.flatMap((event) => (event.type === 'text' ? [event.text] : []))
    const file = await readAnswer(cwd, [launched.ended.said ?? '', texts.join('\n')])
    if (context.recordTo !== undefined) await recordAnswer(context, context.recordTo, {subject, role, number, launched, file})
    return {launched, file, cwd}
  })
}
