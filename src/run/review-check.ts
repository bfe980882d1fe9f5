import type {Claim, CriterionVerdict, ReviewAnswered, ReviewSubject, ValidationFinished} from '../events.ts'
import {openTree, type TreeReader} from '../git/tree.ts'
import {createRedactor, redactStrings} from '../redact.ts'
import {withReview} from '../tasks/reviews.ts'
import {reviewOf, type TaskState} from '../tasks/state.ts'
import type {TaskContext} from './context.ts'
import {proveByCommands, type CommandProof, type NamedCommand} from './review-commands.ts'
import {findFault, isIdle} from './review-evidence.ts'
import {judgeClaim, type Checked} from './review-verdict.ts'

/** Checks the evidence of a review against the committed tree and records what came of it; nothing when the signal aborts. */
export async function checkReview(context: TaskContext, subject: ReviewSubject): Promise<void> {
  const {log, config, git, signal, hostEnv} = context
  const {validation, answered} = readReview(log.state, subject)
  const {sha} = answered
  const tree = await openTree(git, {sha})
  const proofs = await proveByCommands(context, {subject, sha, files: tree.files, commands: commandsOf(answered)})
  if (signal.aborted) return
  const judged = await judgeCriteria(validation, answered, (claim) => checkClaim(claim, tree, proofs, log.state.started.spec?.path))
  const criteria = redactStrings(judged, createRedactor(hostEnv))
  const finished = {type: 'review.finished', subject, sha, criteria, passed: true} as const
  const bad = new Set(config.strict ? ['unmet', 'unverified'] : ['unmet'])
  const passed = withReview(validation, finished).criteria.every(({verdict}) => !bad.has(verdict))
  await log.append({...finished, passed})
}

export function readReview(state: TaskState, {phase}: ReviewSubject): {validation: ValidationFinished; answered: ReviewAnswered} {
  const validation = phase === 0 ? state.finish.validation : state.phases[phase - 1]?.validation
  const answered = reviewOf(state, phase)?.answered
  if (!validation || answered?.sha !== validation.sha) throw new Error('Internal error: nobody has reviewed this validation')
  return {validation, answered}
}

function commandsOf({claims}: ReviewAnswered): readonly NamedCommand[] {
  return claims.flatMap(({id, verdict, evidence}) =>
    evidence?.kind === 'command' && !isIdle(evidence.command) ? [{id, command: evidence.command, isPositive: verdict === 'met'}] : [],
  )
}

/** Each criterion that was open, in the order of the spec. */
async function judgeCriteria(
  {criteria}: ValidationFinished,
  {claims, problem}: ReviewAnswered,
  check: (claim: Claim) => Promise<Checked>,
): Promise<readonly CriterionVerdict[]> {
  const open = criteria.filter(({verdict}) => verdict === 'unverified')
  const judged = open.map(async ({id, text}) => {
    const why = problem === undefined ? 'The reviewer was not asked.' : `The reviewer gave no answer: ${problem}`
    const claim = claims.find((one) => one.id === id) ?? {id, verdict: 'unverified', reason: why}
    return {id, text, ...judgeClaim(claim, await check(claim))}
  })
  return Promise.all(judged)
}

async function checkClaim(
  {id, evidence}: Claim,
  {readText}: TreeReader,
  proofs: ReadonlyMap<string, CommandProof>,
  specPath: string | undefined,
): Promise<Checked> {
  if (evidence?.kind !== 'place') return {proof: proofs.get(id)}
  if (evidence.file === specPath) return {fault: 'the spec says what is wanted, not what is there'}
  return {fault: findFault(evidence, await readText(evidence.file))}
}
