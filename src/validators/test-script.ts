import {posix} from 'node:path'
import {splitCommands} from './shell-words.ts'

/** What a test command is, as far as its text and the scripts of package.json tell. */
export interface TestScript {
  /** `noop`: nothing but `echo`, `true` and the like. `other`: judged by its exit code alone. */
  readonly kind: 'runner' | 'noop' | 'other'
  /** The whole text that will run, package.json scripts included: to look for flags in. */
  readonly text: string
}

/** `scripts` of the package.json in a folder (relative to the tree), `{}` when there is none. */
export type ReadScripts = (dir: string) => Promise<Readonly<Record<string, string>>>

const MAX_DEPTH = 5
const NOOPS = new Set(['echo', 'true', ':', 'exit', 'printf', 'cd', 'set', 'export'])
const PACKAGE_MANAGERS = new Set(['npm', 'pnpm', 'yarn', 'bun'])
/** Programs that run another one, and which of their own words to leave out first. */
const WRAPPERS = new Set(['npx', 'bunx', 'pnpx', 'env', 'time', 'nice', 'exec', 'command', 'cross-env', 'xvfb-run', 'c8', 'nyc', 'uvx'])
const PAIRED_WRAPPERS =
  /^(?:uv run|poetry run|pipenv run|pdm run|hatch run|bundle exec|pnpm exec|pnpm dlx|npm exec|yarn dlx|coverage run|cargo llvm-cov)$/
const RUNNERS = new Set(
  'pytest py.test unittest mocha _mocha mocha.js jest jest.js vitest vitest.mjs ava tap tape rspec phpunit ctest gotestsum'.split(' '),
)
const RUNNER_PAIRS =
  /^(?:(?:node|nodejs) --test|(?:go|cargo|deno|bun|dotnet|mix|swift|playwright) test|cargo nextest|mvnw? test|mvnw? verify)$/

/** Reads what a script would run, following `npm test` and its like into package.json. */
export async function classifyScript(script: string, readScripts: ReadScripts, dir = '.', depth = 0): Promise<TestScript> {
  const commands = splitCommands(script)
  const parts: TestScript[] = []
  let cwd = dir
  for (const words of commands) {
    if (words[0] === 'cd' && words[1] !== undefined) cwd = posix.join(cwd, words[1])
    parts.push(await classifyCommand(unwrap(words), readScripts, cwd, depth))
  }
  const kinds = new Set(parts.map(({kind}) => kind))
  const kind = kinds.has('runner') ? 'runner' : kinds.has('other') ? 'other' : 'noop'
  return {kind, text: [script, ...parts.map(({text}) => text)].join('\n')}
}

async function classifyCommand(words: readonly string[], readScripts: ReadScripts, dir: string, depth: number): Promise<TestScript> {
  const called = packageScript(words)
  if (called !== undefined && depth < MAX_DEPTH) {
    const scripts = await readScripts(posix.join(dir, called.dir))
    const script = scripts[called.name]
    if (script !== undefined) return classifyScript(script, readScripts, posix.join(dir, called.dir), depth + 1)
    if (called.explicit) return {kind: 'other', text: ''}
  }
  return {kind: isRunner(words) ? 'runner' : isNoop(words) ? 'noop' : 'other', text: ''}
}

/** Takes off `NAME=value`, `npx --yes`, `timeout 60`, `python -m` and the like. */
function unwrap(words: readonly string[]): readonly string[] {
  const [first = '', second = '', ...rest] = words
  if (/^\w+=/.test(first)) return unwrap(words.slice(1))
  const program = posix.basename(first)
  if (/^python[\d.]*$/.test(program) && second === '-m') return unwrap(rest)
  if (PAIRED_WRAPPERS.test(`${program} ${second}`)) return unwrap(dropFlags(rest))
  if (program === 'timeout') return unwrap(dropFlags(words.slice(1)).slice(1))
  return WRAPPERS.has(program) ? unwrap(dropFlags(words.slice(1))) : words
}

function dropFlags(words: readonly string[]): readonly string[] {
  const begin = words.findIndex((word) => !word.startsWith('-'))
  return begin === -1 ? [] : words.slice(begin)
}

/** The package.json script that a command calls: `npm test`, `npm --prefix web run unit`, `yarn unit`, `node --run unit`. */
function packageScript(words: readonly string[]): {readonly name: string; readonly dir: string; readonly explicit: boolean} | undefined {
  const [program = '', ...args] = words
  const [name, dir] = [posix.basename(program), folderFlag(args)]
  const plain = args.filter((word) => !word.startsWith('-') && word !== dir)
  if (name === 'node' && args[0] === '--run' && args[1] !== undefined) return {name: args[1], dir: '.', explicit: true}
  if (!PACKAGE_MANAGERS.has(name)) return undefined
  if (plain[0] === 'run' || plain[0] === 'run-script') return plain[1] === undefined ? undefined : {name: plain[1], dir, explicit: true}
  // `bun test` is bun's own runner, whatever package.json says.
  if (['test', 't', 'tst'].includes(plain[0] ?? '') && name !== 'bun') return {name: 'test', dir, explicit: true}
  return plain[0] !== undefined && (name === 'yarn' || name === 'pnpm') ? {name: plain[0], dir, explicit: false} : undefined
}

function folderFlag(args: readonly string[]): string {
  const index = args.findIndex((word) => ['--prefix', '-C', '--dir', '--cwd'].includes(word))
  return (index === -1 ? undefined : args[index + 1]) ?? args.find((word) => /^--(?:prefix|dir|cwd)=/.test(word))?.split('=')[1] ?? '.'
}

function isRunner(words: readonly string[]): boolean {
  const [program = '', ...args] = words
  const name = posix.basename(program)
  if (RUNNERS.has(name)) return true
  if (name === 'node' || name === 'nodejs') return args.includes('--test') || RUNNERS.has(posix.basename(dropFlags(args)[0] ?? ''))
  const verb = dropFlags(args)[0] ?? ''
  return RUNNER_PAIRS.test(`${name} ${verb}`) || (['yarn', 'pnpm', 'bun'].includes(name) && RUNNERS.has(verb))
}

function isNoop(words: readonly string[]): boolean {
  const [program = ''] = words
  return words.length === 0 || (NOOPS.has(program) && !words.includes('>') && !(program === 'exit' && (words[1] ?? '0') !== '0'))
}
