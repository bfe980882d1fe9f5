import type {Finding} from 'conduct-cli/plugin'
import {RUNNER, weakenersIn} from '../commands.ts'
import type {Change, Comparison} from '../comparison.ts'
import {settingsOf, type Setting} from '../settings.ts'
import {isTestFile, matchesPattern} from '../test-files.ts'

const RUNNER_FILE =
  /(?:^|\/)(?:package\.json|jest\.config\.\w+|vite(?:st)?\.config\.\w+|\.mocharc(?:\.\w+)?|\.(?:c8|nyc)rc(?:\.json)?|pytest\.ini|\.pytest\.ini|pyproject\.toml|setup\.cfg|tox\.ini|\.coveragerc|deno\.jsonc?|\.npmrc)$/
const LINT_FILE =
  /(?:^|\/)(?:\.eslintrc(?:\.\w+)?|eslint\.config\.\w+|biome\.jsonc?|\.oxlintrc\.json|tsconfig(?:\.\w+)?\.json|pyproject\.toml|setup\.cfg|tox\.ini|\.?ruff\.toml|\.flake8|mypy\.ini|\.golangci\.ya?ml|\.golangci\.toml)$/

/** Configuration of test runners, coverage, linters and type checkers that asks for less than it did. */
export function findConfiguration(comparison: Comparison): readonly Finding[] {
  return comparison.changes.flatMap((change) => {
    if (change.head === undefined || !(RUNNER_FILE.test(change.file) || LINT_FILE.test(change.file))) return []
    return compareSettings(change, comparison)
  })
}

function compareSettings({file, base, head}: Change, comparison: Comparison): readonly Finding[] {
  const before = new Map((base ? settingsOf(file, base.text) : []).map((setting) => [setting.key, setting]))
  const now = head ? settingsOf(file, head.text) : []
  const gone = RUNNER_FILE.test(file) ? goneChecks(file, [...before.values()], now, comparison) : []
  return gone.concat(changedSettings(file, before, now, comparison, base !== undefined))
}

/** Bounds of coverage, and warnings that were errors, that nothing asks for any more, here or in another file that changed. */
function goneChecks(file: string, before: readonly Setting[], now: readonly Setting[], {changes}: Comparison): Finding[] {
  const elsewhere = changes.flatMap((change) => (change.file !== file && change.head ? settingsOf(change.file, change.head.text) : []))
  const isKept = ({key}: Setting) => [...now, ...elsewhere].some((other) => lastOf(other) === lastOf({key}))
  const bounds = before.filter((setting) => THRESHOLD.test(setting.key) && Number(setting.value) > 0 && !isKept(setting))
  const strict = (settings: readonly Setting[]) =>
    settings.filter((each) => lastOf(each) === 'filterwarnings' && each.items.includes('error'))
  const lost = strict(before).length > 0 && strict([...now, ...elsewhere]).length === 0
  const line = now.find(({key}) => key.endsWith('filterwarnings'))?.line ?? 1
  return [
    ...bounds.map((bound) => ({
      message: `Coverage (\`${lastOf(bound)}\`) is not asked for any more. Put ${bound.value} back.`,
      file,
      line: 1,
    })),
    ...(lost ? [{message: 'Warnings are no errors any more (`filterwarnings`). Put `error` back.', file, line}] : []),
  ]
}

const lastOf = ({key}: Pick<Setting, 'key'>) => key.split('.').at(-1) ?? ''

type Settings = ReadonlyMap<string, Setting>

function changedSettings(
  file: string,
  before: Settings,
  now: readonly Setting[],
  comparison: Comparison,
  isKnown: boolean,
): readonly Finding[] {
  return now.flatMap((setting) => {
    const was = before.get(setting.key)
    if (was?.value === setting.value) return []
    const message = judge(file, was, setting, comparison, isKnown)
    return message === undefined ? [] : [{message, file, line: setting.line}]
  })
}

const SHELLS = /(?:^|[/\\])(?:(?:ba|z|da|k|fi)?sh|cmd|pwsh|powershell|bun)(?:\.exe)?["']?$/i
const NO_SHELL = '`script-shell` is no shell, so that scripts of npm run nothing. Take it out.'

const EXCLUDES =
  /(?:^|\.)(?:testPathIgnorePatterns|modulePathIgnorePatterns|exclude|ignore|norecursedirs|collect_ignore|watchPathIgnorePatterns)$/
const INCLUDES = /(?:^|\.)(?:testMatch|testRegex|include|spec|testpaths|python_files|roots|dir|projects)$/
const COLLECTED = /(?:^|\.)python_(?:classes|functions)$/
const FILTERS = /(?:^|\.)(?:testNamePattern|grep|fgrep|invert)$/
const THRESHOLD = /(?:^|\.)(?:(?:branches|functions|lines|statements)|fail_under|check-coverage)$/
const SUITES = /jest|vitest|mocha|pytest|(?:^|\.)test\b|^(?:spec|exclude|ignore|test\w*|grep|fgrep)$/

function judge(file: string, was: Setting | undefined, now: Setting, comparison: Comparison, isKnown: boolean): string | undefined {
  const last = now.key.split('.').at(-1) ?? ''
  if (/(?:^|\/)tox\.ini$/.test(file) && last === 'commands' && was && RUNNER.test(was.value) && !RUNNER.test(now.value))
    return `The commands of tox run no tests any more. Put \`${was.value.trim()}\` back.`
  if (/(?:^|\/)\.npmrc$/.test(file)) return last === 'script-shell' && !SHELLS.test(now.value) ? NO_SHELL : undefined
  if (RUNNER_FILE.test(file) && isRunnerKey(file, now.key)) {
    const weaker = runnerChange(file, was, now, comparison, isKnown)
    if (weaker !== undefined) return weaker
  }
  if (THRESHOLD.test(now.key) && Number(now.value) < Number(was?.value))
    return `The coverage that is asked for (\`${last}\`) fell from ${was?.value} to ${now.value}. Put it back.`
  return isKnown && LINT_FILE.test(file) ? lintChange(file, last, was, now, comparison) : undefined
}

/** In files that hold more than a runner's settings only the runner's own section counts. */
function isRunnerKey(file: string, key: string): boolean {
  if (/coverage/i.test(key)) return false
  if (/(?:pyproject\.toml|setup\.cfg|tox\.ini)$/.test(file)) return /pytest/.test(key)
  if (/(?:^|\/)(?:package\.json|vite\.config\.\w+|deno\.jsonc?)$/.test(file)) return SUITES.test(key) && !key.startsWith('scripts.')
  return true
}

function runnerChange(file: string, was: Setting | undefined, now: Setting, comparison: Comparison, isKnown: boolean): string | undefined {
  const last = lastOf(now)
  const restore = was === undefined ? 'Take it out.' : `Put \`${was.value.replaceAll(/\s+/g, ' ').slice(0, 60)}\` back.`
  if (last === 'addopts') return optionsChange(was, now)
  if (last === 'passWithNoTests' && now.value === 'true') return `\`passWithNoTests\` passes when no test runs. ${restore}`
  if (
    /^(?:forbidOnly|failZero|xfail_strict|bail)$/.test(last) &&
    isOff(now.value) &&
    was !== undefined &&
    !isOff(was.value) &&
    last !== 'bail'
  )
    return `\`${last}\` was switched off. ${restore}`
  if (/^(?:dangerouslyIgnoreUnhandledErrors|allowOnly)$/.test(last) && now.value === 'true')
    return `\`${last}\` lets failures pass. ${restore}`
  if (/^retr(?:y|ies)$/.test(last) && Number(now.value) > Number(was?.value ?? 0))
    return `\`${last}: ${now.value}\` repeats failing tests until they pass. ${restore}`
  if (FILTERS.test(now.key)) return `\`${last}\` runs only tests of some names. ${restore}`
  if (EXCLUDES.test(now.key)) return excluded(last, was, now, comparison)
  if (COLLECTED.test(now.key) && !now.items.some((item) => /^(?:test_?|Test)\*?$/.test(item)))
    return `\`${last}\` no longer collects what is named as tests are (\`${now.value}\`). ${restore}`
  // A new file may be that of a second runner; pytest has one.
  const isOnlyOne = isKnown || file.endsWith('pytest.ini')
  const known = was ?? (isOnlyOne || last === 'python_files' ? defaultOf(last, now) : undefined)
  return INCLUDES.test(now.key) && known !== undefined ? narrowed(file, known, now, comparison) : undefined
}

/** What is found when nobody says: pytest goes by names, and for the others all that is named as a test is one. */
function defaultOf(last: string, now: Setting): Setting {
  const items = last === 'python_files' ? ['test_*.py', '*_test.py'] : ['**']
  return {...now, value: items.join(' '), items}
}

const isOff = (value: string) => /^(?:false|0|off|no)$/i.test(value)

/** In the settings no mark is meant for one of several runs. */
const WITHOUT = [
  [/\s-m[\s=]/, 'runs only tests of some marks'],
  [/--assert=plain/, 'switches a part of pytest off'],
] as const

function optionsChange(was: Setting | undefined, now: Setting): string | undefined {
  const command = (setting: Setting | undefined) => `pytest ${setting?.items.join(' ') ?? ''} `
  const weak = (text: string) => [...weakenersIn(text), ...WITHOUT.flatMap(([pattern, what]) => (pattern.test(text) ? [what] : []))]
  const what = weak(command(now)).find((each) => !weak(command(was)).includes(each))
  return what === undefined ? undefined : `\`addopts\` ${what}: \`${now.items.join(' ')}\`. Let every test count.`
}

/** A pattern is harmless until it hits a test. */
function excluded(last: string, was: Setting | undefined, now: Setting, {files, baseFiles, patterns}: Comparison): string | undefined {
  const tests = [...new Set([...files, ...baseFiles])].filter((file) => isTestFile(file, patterns)).sort()
  for (const item of now.items.filter((each) => !was?.items.includes(each))) {
    const hit = tests.find((file) => isHit(file, item))
    if (hit !== undefined) return `\`${last}\` leaves tests out: \`${item}\` takes away ${hit}. Take it out.`
  }
  return undefined
}

/** A glob, a folder, or (jest) a pattern that is found anywhere in the path. */
function isHit(file: string, item: string): boolean {
  const plain = item.replace('<rootDir>/', '').replaceAll(/\\+/g, '\\')
  if (matchesPattern(file, plain) || file.split('/').includes(plain.replaceAll(/^\/|\/$/g, ''))) return true
  if (/[*{]/.test(plain)) return false
  try {
    return new RegExp(plain).test(`/${file}`)
  } catch {
    return false
  }
}

function narrowed(file: string, was: Setting, now: Setting, {files, patterns}: Comparison): string | undefined {
  const last = lastOf(now)
  const folder = file.split('/').slice(0, -1).join('/')
  const isOfRunner = (each: string) => each.startsWith(folder) && each.endsWith('.py') === /\.(?:ini|toml|cfg)$/.test(file)
  const isByDefault = was.items[0] === '**'
  const tests = files.filter((each) => isOfRunner(each) && isTestFile(each, patterns) && (!isByDefault || NAMED.test(each)))
  const isFound = (each: string, {items}: Setting) =>
    items.some((item) => item === '**' || isHit(each, item) || matchesPattern(each, `**/${item}`) || each.startsWith(plainFolder(item)))
  const lost = tests.filter((each) => isFound(each, was) && !isFound(each, now))
  if (lost.length === 0) return undefined
  const restore = isByDefault ? 'Take it out.' : `Put \`${was.items.join(' ')}\` back.`
  return `\`${last}\` finds ${lost.length} test files less, ${lost[0]} for one. ${restore}`
}

/** Of files that other runners have names of their own for, or folders. */
const NAMED = /^(?!(?:.*\/)?(?:e2e|playwright|cypress)\/).*(?:\.(?:test|spec)\.|_test\.|(?:^|\/)test[-_])/

const plainFolder = (item: string) => `${item.replace(/^(?:<rootDir>\/|\.\/)/, '').replace(/\/$/, '')}/`

const STRICT =
  /^(?:strict|noImplicitAny|strictNullChecks|noUncheckedIndexedAccess|noUnused\w+|noImplicit\w+|exactOptionalPropertyTypes|checkJs|disallow_\w+|warn_\w+|check_untyped_defs)$/
const RULE_LISTS = /^(?:ignore|extend-ignore|disable|per-file-ignores|disable_error_code)$/

function lintChange(file: string, last: string, was: Setting | undefined, now: Setting, {files}: Comparison): string | undefined {
  if (/(?:pyproject\.toml|setup\.cfg|tox\.ini)$/.test(file) && !/ruff|flake8|mypy|pylint/.test(now.key)) return undefined
  if (STRICT.test(last) && isOff(now.value) && was !== undefined && !isOff(was.value))
    return `The check \`${last}\` was switched off. Put it back, and mend what it says.`
  if (/^(?:ignore_errors|ignore_missing_imports)$/.test(last) && /^true$/i.test(now.value))
    return `\`${last}\` hides what the type checker finds. Take it out.`
  if (/(?:^|\.)rules\./.test(now.key) && isRuleOff(now) && !(was && isRuleOff(was)))
    return `The rule \`${last}\` was switched off. Put it back, and mend what it says.`
  const fresh = now.items.filter((item) => !was?.items.includes(item))
  const rule = fresh.find((item) => /^[A-Z]+\d*$|^[a-z][\w-]*$/.test(item))
  if (RULE_LISTS.test(last) && rule !== undefined && !/tsconfig|eslint|biome|oxlint/.test(file))
    return `The rule \`${rule}\` was switched off in \`${last}\`. Put it back, and mend what it says.`
  const left = /^(?:exclude|ignorePatterns|ignores|extend-exclude|exclude-files|exclude-dirs)$/.test(last)
    ? fresh.find((item) => files.some((each) => matchesPattern(each, item) && /\.(?:[cm]?[jt]sx?|py|go)$/.test(each)))
    : undefined
  return left === undefined || /\b(?:dist|build|out|vendor|node_modules|generated|coverage|fixtures?)\b/.test(left)
    ? undefined
    : `\`${last}\` leaves \`${left}\` unchecked. Take it out.`
}

const isRuleOff = ({items}: Setting) => /^(?:off|0|ignore|none)$/.test(items[0] ?? '')
