import type {ValidatorInput} from 'conduct-cli/plugin'
import {settingsOf, type Setting} from './settings.ts'

/** Programs that run tests, and the usual ways to ask for them. */
export const RUNNER =
  /(?:^|[\s;&|("'`/])(?:(?:npm|pnpm|yarn|bun)(?: run)?(?: -\S+)* (?:t|test[\w:-]*)|node(?: \S+)*? --test|jest|vitest|mocha|ava|tap|tape|uvu|jasmine|karma|playwright|cypress|deno(?: task)? test\S*|pytest|py\.test|unittest|tox|nox|go test|gotestsum|ginkgo|cargo test|make (?:-\S+ )*\S*(?:test|check)\S*|rspec|phpunit|ctest|dotnet test)(?=$|[\s;&|)"'`])/

/** What makes a test command say less than it said. */
const WEAKENERS: readonly (readonly [RegExp, string])[] = [
  [/\|\|\s*(?:true|:|exit 0|echo\b[^&|;]*)\s*(?:$|[;)"'])/, 'ends well whatever the tests say (`|| true`)'],
  [/(?:;|&(?!&))\s*(?:true|:|exit(?: 0)?)\s*(?:$|["'])/, 'ends well whatever the tests say (`; exit 0`)'],
  [/--pass-?with-?no-?tests\b(?!=false)|--allow-no-tests|--suppress-no-test-exit-code/i, 'passes when no test runs'],
  [
    /--test-name-pattern|--testNamePattern|--test-skip-pattern|(?:jest|vitest)\b.*\s-t\s|(?:mocha|playwright)\b.*\s(?:-g|-f|-i|--f?grep|--invert|--grep-invert)\b/,
    'runs only tests of some names',
  ],
  [/pytest\b.*\s(?:-k\b|--deselect\b|-m[\s=]*["']?not\b)|go test\b.*\s-(?:run|skip)\b/, 'runs only tests of some names'],
  [/--ignore(?:-glob)?[=\s]|--testPathIgnorePatterns|(?:vitest|jest|mocha|ava)\b.*\s--(?:exclude|ignore)\b/, 'leaves tests out'],
  [/go test\b.*\s-short\b/, 'leaves out what `-short` leaves out'],
  [/-p[\s=]*no:(?:python|unittest|doctest|assertion)\b/, 'switches a part of pytest off'],
  [
    /--collect-only|--co\b|--setup-(?:only|plan)|--list-?tests|go test\b.*\s-list\b|(?:mocha|vitest)\b.*--dry-run/i,
    'lists tests and runs none',
  ],
  [/--last-failed|\s--lf\b|--onlyChanged|--changedSince|--only-changed/, 'runs only some of the tests'],
  [
    /\s(?:-u|--update-?snapshots?|--snapshot-update|--test-update-snapshots|--update)\b/i,
    'rewrites the snapshots that it should compare with',
  ],
  [/--retries[=\s]+[1-9]|--reruns[=\s]+[1-9]|--retry[=\s]+[1-9]/, 'repeats failing tests until they pass'],
  [/python3? (?:-\w )*-OO?\b|PYTHONOPTIMIZE=[12]/, 'runs without `assert` (`python -O`)'],
]

/** What in a test command, or in options of one, weakens it. */
export function weakenersIn(command: string): readonly string[] {
  return [...new Set(WEAKENERS.filter(([pattern]) => pattern.test(command)).map(([, what]) => what))]
}

const NOTHING =
  /^(?:echo\b.*|printf\b.*|true|:|exit(?: 0)?|sleep \S+|node (?:-e|--eval|-p) ["'`]?\s*(?:process\.exit\(0?\);?|0|''|""|console\.log\([^)]*\);?)?\s*["'`]?|node (?:-v|--version)|npm (?:-v|--version)|python3? -c ["'](?:pass|)["'])$/

/** Does a command prove nothing, as `echo ok` and `exit 0`? */
export function isVacuous(command: string): boolean {
  const parts = command
    .split(/&&|\|\||;|\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return !/exit [1-9]/.test(command) && parts.every((part) => NOTHING.test(part))
}

/** The npm scripts of a package.json, by name. */
export function scriptsOf(settings: readonly Setting[]): ReadonlyMap<string, Setting> {
  return new Map(settings.filter(({key}) => /^scripts\.[^.]/.test(key)).map((setting) => [setting.key.slice('scripts.'.length), setting]))
}

/** A script with the scripts that it runs written out. */
export function resolveScript(name: string, scripts: ReadonlyMap<string, Setting>, depth = 0): string {
  const command = scripts.get(name)?.value ?? ''
  if (depth > 3) return command
  return command.replaceAll(/(?:npm|pnpm|yarn|bun)(?: run)?(?: -\S+)* ([\w:.-]+)(?: --(?= |$))?/g, (call: string, other: string) =>
    scripts.has(other) && other !== name ? resolveScript(other, scripts, depth + 1) : call,
  )
}

/** Words of a command that name files, folders or globs. */
export function pathsIn(command: string): readonly string[] {
  const words = command.match(/"[^"]*"|'[^']*'|[^\s;&|<>()]+/g) ?? []
  return words
    .map((word) => word.replaceAll(/\\?["']/g, ''))
    .filter((word) => !word.startsWith('-') && !/^[A-Z_]+=|:\/\/|node_modules|^\$|^\.$/.test(word))
    .filter((word) => /[/*]|\.(?:[cm]?[jt]sx?|py|go)$/.test(word) || /^(?:tests?|specs?|checks?)$/.test(word))
}

const PATTERN_FILES = ['package.json', '.mocharc.json', '.mocharc.yml', '.mocharc.yaml', '.mocharc.js', '.mocharc.cjs', 'pytest.ini', 'pyproject.toml', 'setup.cfg', 'tox.ini', 'jest.config.js', 'jest.config.ts', 'jest.config.json', 'vitest.config.ts', 'vitest.config.js', 'vite.config.ts'] // prettier-ignore
const PATTERN_KEYS = /(?:^|\.)(?:spec|testMatch|include|testpaths|python_files|files)$/

/** Patterns by which the project's commands and configuration, before or now, find tests. */
export async function readPatterns(input: ValidatorInput): Promise<readonly string[]> {
  const sides = await Promise.all(
    PATTERN_FILES.flatMap((file) => [readSide(file, input.files, input.readText), readSide(file, input.baseFiles ?? [], input.baseText)]),
  )
  const settings = sides.flatMap(({file, text}) => settingsOf(file, text))
  const scripts = settings.filter(({key, value}) => key.startsWith('scripts.') && (/^scripts\.\w*test/.test(key) || RUNNER.test(value)))
  const listed = settings
    .filter(({key}) => PATTERN_KEYS.test(key) && !/^(?:files|tool\.(?!pytest)|compilerOptions)/.test(key))
    .flatMap(({items}) => items)
  const commands = [...scripts.map(({value}) => value), input.phase?.testCommand ?? '']
  return [...new Set([...commands.flatMap(pathsIn), ...listed.map(anywhere)])]
    .filter((pattern) => !/^(?:\*\*\/?\*?|\*|src|lib|src\/)$/.test(pattern))
    .sort()
}

async function readSide(file: string, files: readonly string[], read: (file: string) => Promise<string | undefined>) {
  return {file, text: files.includes(file) ? ((await read(file)) ?? '') : ''}
}

/** `check_*.py` of pytest holds in any folder. */
const anywhere = (pattern: string) =>
  pattern.includes('/') || !pattern.includes('*') ? pattern.replace('<rootDir>/', '') : `**/${pattern}`
