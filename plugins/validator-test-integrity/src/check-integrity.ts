import type {Finding, ValidatorInput, Verdict} from 'conduct-cli/plugin'
import {compare, type Comparison} from './comparison.ts'
import {matchTests, type Matching} from './match-tests.ts'
import {findAnswersForTests} from './rules/asks-for-tests.ts'
import {findByHeart} from './rules/by-heart.ts'
import {findConfiguration} from './rules/configuration.ts'
import {findEscapes} from './rules/escapes.ts'
import {findHelpers} from './rules/helpers.ts'
import {findLostRows} from './rules/lost-rows.ts'
import {findLostTests} from './rules/lost-tests.ts'
import {findMarks} from './rules/marks.ts'
import {findMockedSubjects} from './rules/mocked-subjects.ts'
import {findNestedSettings} from './rules/nested-settings.ts'
import {findOutOfSight} from './rules/out-of-sight.ts'
import {findOwnAsserts} from './rules/own-assert.ts'
import {findOwnFiles} from './rules/own-files.ts'
import {findPatchedSubjects} from './rules/patched-subjects.ts'
import type {Rule} from './rules/rule.ts'
import {findRunnerScripts} from './rules/scripts.ts'
import {findSnapshots} from './rules/snapshots.ts'
import {findStandInModules} from './rules/stand-in-modules.ts'
import {findStandIns} from './rules/stand-ins.ts'
import {findSuppressions} from './rules/suppressions.ts'
import {findSwallowedErrors} from './rules/swallowed-errors.ts'
import {findScriptChanges} from './rules/test-commands.ts'
import {findUncalled} from './rules/uncalled.ts'
import {findLessened, findWeakened} from './rules/weakened.ts'

const RULES: readonly Rule[] = [
  findLostTests,
  findLostRows,
  findOutOfSight,
  findHelpers,
  findMarks,
  findWeakened,
  findScriptChanges,
  findRunnerScripts,
  findConfiguration,
  findEscapes,
  findSuppressions,
  findSnapshots,
  findStandIns,
  findMockedSubjects,
  findOwnFiles,
  findUncalled,
  findOwnAsserts,
  findSwallowedErrors,
  findAnswersForTests,
  findByHeart,
  findPatchedSubjects,
  findNestedSettings,
  findStandInModules,
]

/** What a repair may not take from the work that it mends. It may well correct what the work itself expected, or wrote down. */
const RULES_OF_REPAIRS: readonly Rule[] = [
  findLostTests,
  findLostRows,
  findOutOfSight,
  findHelpers,
  findMarks,
  findLessened,
  findScriptChanges,
  findRunnerScripts,
  findConfiguration,
  findStandIns,
  findMockedSubjects,
  findUncalled,
  findOwnAsserts,
]

/** Compares what the work changed with the base, rule by rule, and what repairs changed with the work before them. */
export async function checkIntegrity(input: ValidatorInput): Promise<Verdict> {
  const comparison = await compare(input)
  const matching = matchTests(...testsOfBoth(comparison))
  const findings = await ask(RULES, comparison, matching)
  const all = inOrder([...findings, ...(await ofRepairs(input, findings))])
  const executed = comparison.changes.length || null
  return {status: all.length > 0 ? 'fail' : 'pass', executed, findings: all, evidence: evidenceOf(comparison, matching)}
}

async function ask(rules: readonly Rule[], comparison: Comparison, matching: Matching): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const rule of rules) findings.push(...(await rule(comparison, matching)))
  return findings
}

/** What is said of a place already is not said again in other words. */
async function ofRepairs(input: ValidatorInput, known: readonly Finding[]): Promise<readonly Finding[]> {
  if (input.beforeRepairs === undefined) return []
  const comparison = await compare({...input, ...input.beforeRepairs})
  const placeOf = ({file, line}: Finding) => `${file}\0${line}`
  const places = new Set(known.map(placeOf))
  const found = await ask(RULES_OF_REPAIRS, comparison, matchTests(...testsOfBoth(comparison)))
  return found.filter((finding) => !places.has(placeOf(finding)))
}

function testsOfBoth({changes}: Comparison) {
  const changed = changes.filter(({base, head}) => base?.text !== head?.text)
  return [changed.flatMap(({base}) => base?.tests ?? []), changed.flatMap(({head}) => head?.tests ?? [])] as const
}

function evidenceOf({changes}: Comparison, {pairs, lost, added}: Matching): string {
  const kept = `${pairs.length} of ${pairs.length + lost.length} tests`
  return `${changes.length} files differ from the base. Of the tests in them, ${kept} of the base were found again, and ${added.length} are new.`
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const key = ({file = '', line = 0, message}: Finding) => `${file}\0${String(line).padStart(8, '0')}\0${message}`
  return [...new Map(findings.map((finding) => [key(finding), finding])).entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, finding]) => finding)
}
