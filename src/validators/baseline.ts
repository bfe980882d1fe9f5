import {runTestsOnce, type TestRunRequest} from './test-run.ts'
import type {Finding} from './validator.ts'

/** How a test command does on the commit that the work began from. */
export interface Baseline {
  /** Names of the tests that fail there; `null` when it failed without naming one. */
  readonly failing: readonly string[] | null
  readonly exitCode: number | null
}

/** Runs a test command once in a checkout of the base commit. */
export async function readBaseline(request: TestRunRequest): Promise<Baseline> {
  const run = await runTestsOnce(request)
  const names = [...new Set(run.failures.filter(({isBuild}) => !isBuild).map(({name}) => name))].sort()
  return {failing: run.exitCode !== 0 && names.length === 0 ? null : names, exitCode: run.exitCode}
}

/** Marks the findings whose test fails on the base commit too. */
export function markPreExisting(findings: readonly Finding[], baseline: Baseline | undefined): readonly Finding[] {
  const old = new Set(baseline?.failing ?? [])
  return findings.map((finding) => (finding.test !== undefined && old.has(finding.test) ? {...finding, preExisting: true} : finding))
}
