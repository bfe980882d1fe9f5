import type {Finding, Validator, ValidatorInput, Verdict} from 'conduct-cli/plugin'
import {checkImports} from './check-imports.ts'
import {checkGo, hasGo} from './go/check.ts'
import {checkTypes} from './javascript/types.ts'
import {changedSources, importLanguageOf, isManifest} from './sources.ts'

/** Finds imports that lead nowhere, names that modules do not have, and dependencies that nobody declares or installed. */
export const importsValidator: Validator = {
  name: 'imports',
  applies: (input) => changedSources(input).length > 0 || hasGo(input) || takesAway(input),
  run: findBrokenImports,
}

/** Removes a module, or changes what files say that they need: files that stayed as they were may miss it. */
function takesAway({files, changedFiles, baseFiles}: ValidatorInput): boolean {
  if (baseFiles === undefined) return false
  const present = new Set(files)
  return changedFiles.some(isManifest) || baseFiles.some((file) => !present.has(file) && importLanguageOf(file) !== undefined)
}

async function findBrokenImports(input: ValidatorInput): Promise<Verdict> {
  const parts = [await checkImports(input), await checkGo(input), await checkTypes(input)]
  const findings = withoutRepeats(parts.flatMap((part) => part.findings)).sort(byPlace)
  const evidence = parts.flatMap((part) => part.evidence).join(' ')
  const executed = parts.reduce((sum, part) => sum + part.executed, 0)
  const missing = parts.flatMap((part) => part.missing ?? [])
  if (missing.length > 0) return {status: 'fail', executed: null, findings, evidence, missing}
  if (findings.length > 0) return {status: 'fail', executed, findings, evidence}
  return executed > 0 ? {status: 'pass', executed, findings, evidence} : {status: 'skip', executed: null, findings, evidence}
}

/** A compiler says again what we found: ours comes first, and is enough for a line. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>()
  return findings.filter(({file, line, message}) => {
    const isRepeat = seen.has(`${file}:${line}`) && /^(?:TS|go)/.test(message)
    seen.add(`${file}:${line}`)
    return !isRepeat
  })
}

function byPlace(first: Finding, second: Finding): number {
  const compare = (one = '', other = '') => (one < other ? -1 : one > other ? 1 : 0)
  return compare(first.file, second.file) || (first.line ?? 0) - (second.line ?? 0) || compare(first.message, second.message)
}
