const SERVERS = /\b(?:CI|CONTINUOUS_INTEGRATION|GITHUB_ACTIONS|GITLAB_CI|JENKINS_URL|BUILDKITE|CIRCLECI|CONDUCT_\w+)\b/
const PLATFORM = /(?:process\.platform|os\.platform\(\)|platform\(\)|sys\.platform|runtime\.GOOS|GOOS|platform\.system\(\)|Deno\.build\.os)/
const SYSTEMS: Readonly<Record<string, string>> = {linux: 'linux', darwin: 'darwin', win32: 'windows', windows: 'windows', posix: 'posix'}

/**
 * Does a condition under which a test is skipped hold where work is checked? Honest conditions name what is missing
 * elsewhere; one that names this very place takes the test out of every check.
 */
export function holdsHere(condition: string): boolean {
  if (SERVERS.test(condition)) return !/^not\b|^!/.test(condition)
  if (/^sys\.version_info\s*>=?\s*\(\s*[12]\b|^sys\.version_info\s*>=?\s*\(\s*3\s*(?:,\s*\d\s*)?,?\s*\)/.test(condition)) return true
  if (condition.startsWith('go:build ')) return !isBuilt(condition.slice('go:build '.length))
  const worth = worthHere(condition)
  if (worth !== undefined) return worth
  if (!PLATFORM.test(condition))
    return ALWAYS.test(condition) || /\b(?:Date\.now\(\)|time\.time\(\)|Math\.random\(\)|random\.random\(\))/.test(condition)
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

/** Every process has arguments, and every machine a processor. */
const ALWAYS =
  /^(?:len\(os\.Args\)|runtime\.(?:NumCPU|NumGoroutine)\(\)|process\.argv\.length|len\(sys\.argv\))\s*>=?\s*[01]$|^!\s*testing\.Short\(\)$/

const READ =
  /process\.env\.\w+|process\.env\[["']\w+["']\]|\(?["']\w+["'] in process\.env\)?|os\.environ\.get\(["']\w+["'](?:,\s*(?:["']{2}|None))?\)|os\.getenv\(["']\w+["'](?:,\s*(?:["']{2}|None))?\)|["']\w+["'] in os\.environ|os\.Getenv\(["']\w+["']\)/

/**
 * What a condition on one variable of the environment is worth where that is not set, as it is where work is checked;
 * `undefined` for any other condition.
 */
export function worthHere(condition: string): boolean | undefined {
  const bare = /^\(([^()]*(?:\([^()]*\)[^()]*)*)\)$/.exec(condition)?.[1] ?? condition
  const text = bare.replace(/^(["']\w+["']) not in os\.environ$/, 'not $1 in os.environ')
  if (SERVERS.test(text) || !READ.test(text)) return undefined
  const [, negation = '', rest = ''] = /^(not |!\s*)?\(?UNSET\)?(.*)$/.exec(text.replace(READ, 'UNSET')) ?? [undefined, '?']
  if (negation === '?') return undefined
  const isNegated = negation !== ''
  if (rest === '' || (isNegated && /^ && ["'`]/.test(rest))) return isNegated
  const [, operator = '', value = ''] = /^ (===?|!==?|is not|is) (undefined|null|None|""|''|["']\w+["'])$/.exec(rest) ?? []
  if (operator === '') return undefined
  const isSame = !/\w/.test(value) || /^(?:undefined|null|None)$/.test(value)
  return (/^(?:!|is not)/.test(operator) ? !isSame : isSame) !== isNegated
}

/** Is a file with this constraint compiled here? Tags of one's own must be asked for. */
function isBuilt(expression: string): boolean {
  const words = expression.match(/[\w.]+|&&|\|\||[!()]/g) ?? []
  return readAny(words, {at: 0})
}

interface Place {
  at: number
}

function readAny(words: readonly string[], place: Place): boolean {
  let value = readAll(words, place)
  while (words[place.at] === '||') {
    place.at += 1
    value = readAll(words, place) || value
  }
  return value
}

function readAll(words: readonly string[], place: Place): boolean {
  let value = readTag(words, place)
  while (words[place.at] === '&&') {
    place.at += 1
    value = readTag(words, place) && value
  }
  return value
}

function readTag(words: readonly string[], place: Place): boolean {
  const word = words[place.at]
  place.at += 1
  if (word === '!') return !readTag(words, place)
  if (word !== '(') return /^(?:linux|unix|amd64|arm64|cgo|gc|go1(?:\.\d+)?)$/.test(word ?? '')
  const value = readAny(words, place)
  place.at += 1
  return value
}
