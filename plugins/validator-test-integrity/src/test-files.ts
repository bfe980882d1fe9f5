import picomatch from 'picomatch'

const CONVENTIONS = [
  /\.(?:test|spec|cy|e2e|test-d)\.[cm]?[jt]sx?$/,
  /(?:^|\/)(?:tests?|__tests__|specs?|e2e)\/(?:.*\/)?[^/]+\.[cm]?[jt]sx?$/,
  /(?:^|\/)(?:test|tests|(?:.+[-_])test|test-.+)\.[cm]?[jt]sx?$/,
  /(?:^|\/)(?:test_[^/]*|[^/]*_test|tests)\.py$/,
  /(?:^|\/)[^_./][^/]*_test\.go$/,
]
const SET_ASIDE = /(?:^|[/._-])(?:disabled|skip(?:ped)?|ignored?|old|archived?|backup|bak|attic|unused|broken|quarantine)(?=[/._-]|$)/i
/** Not looked into by the runners, whatever they are called. */
const HIDDEN = /(?:^|\/)(?:node_modules|vendor|third_party|fixtures|testdata|__fixtures__|_[^/]+|\.[^/]+)\//
/** Nor are these, by pytest and go, when all around them is. */
const PASSED_BY = /(?:^|\/)(?:\.[^/]+|node_modules|venv)\/.*\.py$|(?:^|\/)(?:[._][^/]*|testdata)\/.*\.go$/

/** Does a test runner find this file, by its usual rules or by patterns that the project's own commands name? */
export function isTestFile(file: string, patterns: readonly string[]): boolean {
  if (!/\.(?:[cm]?[jt]sx?|py|go)$/.test(file)) return false
  if (PASSED_BY.test(file)) return false
  if (HIDDEN.test(file)) return patterns.some((pattern) => !isWide(pattern) && matchesPattern(file, pattern))
  if (CONVENTIONS.some((convention) => convention.test(file))) return true
  // In a folder that they are pointed to, pytest and go go by the names of files all the same.
  const own = /\.(?:py|go)$/.test(file) ? patterns.filter((pattern) => pattern.includes('*') || pattern === file) : patterns
  return own.some((pattern) => matchesPattern(file, pattern))
}

const isWide = (pattern: string) => pattern.startsWith('*')

/** Does the name say that the file is set aside? */
export const isSetAside = (file: string): boolean => SET_ASIDE.test(file)

/** As an argument of a test command: a file, a folder with all in it, or a glob. */
export function matchesPattern(file: string, pattern: string): boolean {
  const plain = pattern.replace(/^\.\//, '').replace(/\/$/, '')
  if (!/[*?[{]/.test(plain)) return file === plain || file.startsWith(`${plain}/`) || plain === '.'
  return matcherOf(plain)(file)
}

const matchers = new Map<string, (file: string) => boolean>()

function matcherOf(pattern: string): (file: string) => boolean {
  const known = matchers.get(pattern)
  if (known) return known
  const made = picomatch(pattern, {dot: true})
  matchers.set(pattern, made)
  return made
}

/** Code that is not ours to judge: brought in from elsewhere, or written by a program. */
export function isForeign(file: string, text: string): boolean {
  return (
    /(?:^|\/)(?:node_modules|vendor|third_party|dist|build)\//.test(file) ||
    /_pb2(?:_grpc)?\.py$|\.pb\.go$|\.min\.js$/.test(file) ||
    /^(?:\/\/|#|\/\*) ?(?:Code generated .* DO NOT EDIT|@generated)/m.test(text.slice(0, 1000))
  )
}
