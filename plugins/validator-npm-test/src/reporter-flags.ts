import type {PackageManager} from '@conduct-cli/toolchain'

const REPORT = '"$CONDUCT_REPORTS/runner$CONDUCT_SUITE.json"'

const FLAGS: Readonly<Record<string, string>> = {
  jest: `--json --outputFile=${REPORT}`,
  vitest: `--reporter=default --reporter=json --outputFile.json=${REPORT}`,
  mocha: `--reporter=json --reporter-option=output=${REPORT}`,
}

/**
 * What to add to `npm test` so that the runner behind it writes a report for machines; empty when the script is more
 * than one call of a runner, or says itself how it reports: what it prints for people is read then.
 */
export function reporterFlags(script: string, manager: PackageManager): string {
  if (/[;&|<>`$()\n#]/.test(script) || /--(?:json|reporters?|outputFile|watch)\b|(?:^|\s)(?:-R|--)(?:\s|$)/.test(script)) return ''
  const words = script.trim().split(/\s+/)
  const runner = words[words.findIndex((word) => !isPrefix(word))] ?? ''
  const flags = FLAGS[runner]
  if (flags === undefined) return ''
  // npm keeps what stands before `--` for itself; the others hand everything on, `--` too.
  return manager === 'npm' ? `-- ${flags}` : flags
}

function isPrefix(word: string): boolean {
  return /^\w+=\S*$/.test(word) || word === 'cross-env' || word === 'npx'
}
