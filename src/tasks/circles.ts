import type {ValidationFinished, WorkRejected} from '../events.ts'
import {setWork} from './change.ts'
import type {Round, TaskState, Work} from './state.ts'

/**
 * Pure: notices that agents go round in circles. A round is where an attempt, or the merge, left the work, and what was found
 * there. It is a circle when the same was found before, and the tree is one that was there before or the change is one that was
 * tried before; an attempt without a change is one too. Something new breaks the circle.
 */

/** After how many circles in a row nothing more is tried: the first is answered with a fresh start. */
export const MAX_CIRCLES = 2

export function noteValidation(state: TaskState, event: ValidationFinished): TaskState {
  const {tree} = event
  if (tree === undefined) return state
  return setWork(state, event.subject, (work) =>
    noteRound(work, {tree, findings: digestFindings(event), change: work.change}, event.passed),
  )
}

export function noteRejection(state: TaskState, {subject, tree}: WorkRejected): TaskState {
  if (tree === undefined) return state
  return setWork(state, subject, (work) => {
    const known = work.rounds?.find((round) => round.tree === tree)
    return noteRound(work, known ?? {tree, findings: ''}, false)
  })
}

/** A person goes on with it: what agents had tried in vain may be mended now. */
export function withoutCircles(work: Work): Work {
  return {...work, circles: 0}
}

function noteRound(work: Work, round: Round, isGood: boolean): Work {
  const rounds = work.rounds ?? []
  const sameFindings = rounds.some(({findings}) => findings === round.findings)
  const sameTree = rounds.some(({tree}) => tree === round.tree)
  const sameChange = round.change !== undefined && rounds.some(({change}) => change === round.change)
  const isCircle = !isGood && sameFindings && (sameTree || sameChange)
  const isNew = !sameFindings && !sameTree
  const circles = isCircle ? (work.circles ?? 0) + 1 : isNew ? 0 : work.circles
  const {change: _, ...rest} = work
  return {...rest, rounds: [...rounds, round], ...(circles === undefined ? {} : {circles})}
}

/** The same for the same findings, whatever the numbers in them: lines, durations, the names of checkouts. */
function digestFindings({verdicts, criteria}: ValidationFinished): string {
  const failing = verdicts
    .filter(({status}) => status === 'fail')
    .flatMap(({validator, findings, evidence}) =>
      findings.length === 0 ? [[validator, evidence]] : findings.map(({file = '', test = '', message}) => [validator, file, test, message]),
    )
  const open = criteria.filter(({verdict}) => verdict !== 'met').map(({id, verdict}) => ['', id, verdict])
  const lines = [...failing, ...open].map((parts) => JSON.stringify(parts).replaceAll(/\d+/g, '#'))
  // Loaded only here: every command that looks at a task comes by, and few tasks have findings.
  const {createHash} = process.getBuiltinModule('node:crypto')
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex')
}
