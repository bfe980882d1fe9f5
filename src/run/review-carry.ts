import type {Claim, CriterionVerdict} from '../events.ts'
import type {TreeReader} from '../git/tree.ts'
import type {PhaseState, TaskState} from '../tasks/state.ts'
import {findMoved} from './review-evidence.ts'

/**
 * What the reviews of the phases say of criteria at the finish, where it still counts: a command, which is run again; a place
 * whose lines are still there; and that a criterion could not be settled, for it would not be now either.
 */
export async function carryClaims(
  state: TaskState,
  open: readonly CriterionVerdict[],
  tree: Pick<TreeReader, 'readText'>,
): Promise<readonly Claim[]> {
  const known = state.phases.flatMap((phase) => settledClaims(phase))
  const carried = open.map(async ({id}) => {
    const claim = known.find((one) => one.id === id)
    return claim && carry(claim, tree)
  })
  return (await Promise.all(carried)).filter((claim) => claim !== undefined)
}

/** What the last review of a phase came to: what it claimed and did not prove counts as not settled. */
function settledClaims({validation, review}: PhaseState): readonly Claim[] {
  const {answered, finished} = review ?? {}
  if (!answered || answered.problem !== undefined || !finished || finished.sha !== validation?.sha) return []
  return finished.criteria.flatMap(({id, verdict, evidence}): readonly Claim[] => {
    if (verdict === 'unverified') return [{id, verdict, reason: evidence}]
    const claim = answered.claims.find((one) => one.id === id)
    return claim && verdict === 'met' ? [claim] : []
  })
}

async function carry(claim: Claim, {readText}: Pick<TreeReader, 'readText'>): Promise<Claim | undefined> {
  const {evidence} = claim
  if (evidence?.kind !== 'place') return {...claim, carried: true}
  const moved = findMoved(evidence, await readText(evidence.file))
  return moved && {...claim, evidence: moved, carried: true}
}
