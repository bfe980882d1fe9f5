import type {Finding} from 'conduct-cli/plugin'
import type {Comparison} from '../comparison.ts'
import {matchHelpers} from '../helpers.ts'
import type {Matching} from '../match-tests.ts'
import {findMarks} from './marks.ts'
import {findLessened} from './weakened.ts'

/** Helpers of the tests that check less than they did, and such as skip whatever calls them. */
export async function findHelpers(comparison: Comparison, {pairs: tests}: Matching): Promise<readonly Finding[]> {
  const helpers = matchHelpers(comparison.changes.filter(({base, head}) => base?.text !== head?.text))
  const isSkip = ({kind, condition}: {readonly kind: string; readonly condition?: string}) => kind === 'skip' && condition === undefined
  const added = helpers.added.flatMap((helper) => ({...helper, marks: helper.marks.filter(isSkip), isEmpty: false, assertions: []}))
  const lessened = findLessened(comparison, {pairs: helpers.pairs, lost: [], added: tests.map(({head}) => head)})
  return [...lessened, ...(await findMarks(comparison, {pairs: helpers.pairs, lost: [], added}))]
}
