import {findOverlaps} from './overlaps.ts'
import type {PhaseDraft} from './phase.ts'
import {createError, createWarning, type Place} from './problem.ts'
import type {SpecProblem} from './spec.ts'

type Rule = (draft: PhaseDraft, around: Surroundings) => readonly SpecProblem[]

interface Surroundings {
  readonly before: PhaseDraft | undefined
  /** First phase of each name, in lower case. */
  readonly named: ReadonlyMap<string, PhaseDraft>
}

/** Rules about whole phases. What is wrong with a single value is found where it is read. */
const RULES: readonly Rule[] = [needsModules, needsTestCommand, testsSomething, hasCriteria, hasOwnName, isInOrder, ownsAlone]

/** Everything that is wrong with the phases taken together. */
export function checkSpec(drafts: readonly PhaseDraft[], start: Place): readonly SpecProblem[] {
  if (drafts.length === 0) {
    const hint = 'Write "## Implementation Phases" and below it "### Phase 1: Name". `conduct spec init` makes an example.'
    return [createError(start, {code: 'no-phases', message: 'This spec has no phases.', hint})]
  }
  const named = new Map(drafts.toReversed().map((draft) => [draft.phase.name.toLowerCase(), draft]))
  return drafts.flatMap((draft, position) => RULES.flatMap((rule) => rule(draft, {before: drafts[position - 1], named})))
}

function needsModules(draft: PhaseDraft): readonly SpecProblem[] {
  if (draft.phase.modules.length > 0) return []
  const place = draft.fields.get('modules') ?? draft
  const message = `"${draft.phase.name}" has no modules.`
  return [createError(place, {code: 'no-modules', message, hint: 'Add a line such as "Modules: backend, frontend".'})]
}

function needsTestCommand({phase, fields, problems, ...place}: PhaseDraft): readonly SpecProblem[] {
  if (phase.testCommand !== '' || problems.some(({code}) => code === 'unclear-command')) return []
  const message = `"${phase.name}" has no test command.`
  return [
    createError(fields.get('testCommand') ?? place, {
      code: 'no-test-command',
      message,
      hint: 'Add a line such as "Test Command: npm test".',
    }),
  ]
}

/** A command that cannot fail proves nothing. */
function testsSomething({phase, fields}: PhaseDraft): readonly SpecProblem[] {
  const place = fields.get('testCommand')
  const isEmpty = phase.testCommand.split('\n').every((line) => /^\s*(?:$|#|(?:true|:|exit 0|echo(?:\s[^;&|]*)?)\s*$)/.test(line))
  if (!place || phase.testCommand === '' || !isEmpty) return []
  const message = `The test command of "${phase.name}" cannot fail.`
  return [createWarning(place, {code: 'vacuous-test-command', message, hint: 'Give the command that runs the tests.'})]
}

function hasCriteria({phase, fields, ...place}: PhaseDraft): readonly SpecProblem[] {
  if (phase.criteria.length > 0) return []
  const message = `"${phase.name}" has no success criteria.`
  return [
    createWarning(fields.get('criteria') ?? place, {code: 'no-criteria', message, hint: 'Add "Success Criteria:" with a list below it.'}),
  ]
}

function hasOwnName(draft: PhaseDraft, {named}: Surroundings): readonly SpecProblem[] {
  const first = named.get(draft.phase.name.toLowerCase())
  if (!first || first === draft) return []
  const message = `"${draft.phase.name}" is also the name of the phase on line ${first.line}.`
  return [createError(draft, {code: 'duplicate-phase', message, hint: 'Rename one of them.'})]
}

function isInOrder(draft: PhaseDraft, {before}: Surroundings): readonly SpecProblem[] {
  const [number, previous] = [Number.parseFloat(draft.number), Number.parseFloat(before?.number ?? '')]
  if (!before || Number.isNaN(number) || !(number < previous || draft.number === before.number)) return []
  const message = `"${draft.phase.name}" stands after "${before.phase.name}" and runs after it.`
  return [createWarning(draft, {code: 'phase-order', message, hint: 'Phases run in the order of the document. Renumber or move them.'})]
}

function ownsAlone({phase, fields, ...place}: PhaseDraft): readonly SpecProblem[] {
  return findOverlaps(phase.modules).map(([one, other]) => {
    const message = `"${one.module}" (${one.glob}) and "${other.module}" (${other.glob}) may own the same files.`
    const hint = 'Make the globs disjoint, or expect a merge conflict.'
    return createWarning(fields.get('owns') ?? place, {code: 'overlapping-owners', message, hint})
  })
}
