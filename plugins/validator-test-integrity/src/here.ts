const SERVERS = /\b(?:CI|CONTINUOUS_INTEGRATION|GITHUB_ACTIONS|GITLAB_CI|JENKINS_URL|BUILDKITE|CIRCLECI|CONDUCT_\w+)\b/
const PLATFORM = /(?:process\.platform|os\.platform\(\)|platform\(\)|sys\.platform|runtime\.GOOS|GOOS|platform\.system\(\)|Deno\.build\.os)/
const SYSTEMS: Readonly<Record<string, string>> = {linux: 'linux', darwin: 'darwin', win32: 'windows', windows: 'windows', posix: 'posix'}

/**
 * Does a condition under which a test is skipped hold where work is checked? Honest conditions name what is missing
 * elsewhere; one that names this very place takes the test out of every check.
 */
export function holdsHere(condition: string): boolean {
  if (SERVERS.test(condition)) return !/^not\b|^!/.test(condition)
  // Whoever checks asks for all tests.
  if (/^!\s*testing\.Short\(\)$/.test(condition)) return true
  if (/^sys\.version_info\s*>=?\s*\(\s*[12]\b|^sys\.version_info\s*>=?\s*\(\s*3\s*(?:,\s*\d\s*)?,?\s*\)/.test(condition)) return true
  if (condition.startsWith('go:build ')) return !isBuiltHere(condition.slice('go:build '.length))
  if (!PLATFORM.test(condition)) return /\b(?:Date\.now\(\)|time\.time\(\)|Math\.random\(\)|random\.random\(\))/.test(condition)
  return comparesWithHere(condition)
}

/** `process.platform === 'linux'`, `sys.platform != "win32"`; a list of conditions is taken for honest. */
function comparesWithHere(condition: string): boolean {
  const isNegated = /^(?:not |!)/.test(condition)
  const [, operator = '', name = ''] = /([=!]==?)\s*["'](\w+)["']/.exec(condition) ?? []
  if (operator === '' || /\band\b|&&/.test(condition)) return false
  const isHere = SYSTEMS[name.toLowerCase()] === 'linux'
  return (operator.startsWith('!') ? !isHere : isHere) !== isNegated
}

/** Constraints on system, architecture and version are honest; a tag of one's own must be asked for. */
function isBuiltHere(expression: string): boolean {
  return /^[!(\s]*(?:linux|unix|amd64|arm64|cgo|race|go1\.\d+)\b/.test(expression) || /^!\s*\w+$/.test(expression)
}
