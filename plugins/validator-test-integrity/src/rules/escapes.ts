import {childrenOf, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
import type {Finding} from 'conduct-cli/plugin'
import {circumstancesOf} from '../circumstances.ts'
import type {Change, Comparison, FileSide} from '../comparison.ts'
import {callsIn, nodesIn} from '../ranges.ts'
import {isForeign} from '../test-files.ts'
import {hooksIn} from './hooks.ts'
import {surplus} from './multiset.ts'
import {replacementsIn} from './replacements.ts'

/** A way past the runner, and where. */
export interface Escape {
  readonly file: string
  readonly line: number
  /** What makes two the same, wherever they stand. */
  readonly key: string
  readonly message: string
}

/** Code that ends the run well before the runner can count, takes tests from it, or puts something else in its place. */
export function findEscapes({changes}: Comparison): readonly Finding[] {
  const now = changes.flatMap(({head}: Change) => escapesIn(head))
  const before = now.length > 0 ? changes.flatMap(({base}) => escapesIn(base)) : []
  return surplus(now, before, ({key}) => key).map(({message, file, line}) => ({message, file, line}))
}

function escapesIn(side: FileSide | undefined): readonly Escape[] {
  if (side?.source?.tree === undefined || isForeign(side.file, side.text)) return []
  return [
    ...exitsIn(side, side.source),
    ...hooksIn(side, side.source),
    ...replacementsIn(side, side.source),
    ...equalsAll(side, side.source),
    ...chosenTests(side, side.source),
  ]
}

/** Code under test that equals whatever it is compared with. Tests may have such a thing for what does not matter. */
function equalsAll({file, isTest}: FileSide, source: SourceTree): readonly Escape[] {
  if (source.language !== 'python' || isTest || SETUP.test(file)) return []
  return source.functions
    .filter(({name, owner, statements}) => {
      const [only, ...others] = statements
      return name === '__eq__' && owner !== undefined && only && others.length === 0 && source.textOf(only) === 'return True'
    })
    .map(({owner, line}) => ({
      file,
      line,
      key: `equal ${owner?.name}`,
      message: `\`${owner?.name}\` equals everything, so that no assertion about it can fail. Compare the values.`,
    }))
}

/** `flag.Set("test.run", "TestA")` in a Go test: no command line shows that the others do not run. */
function chosenTests({file}: FileSide, source: SourceTree): readonly Escape[] {
  if (!file.endsWith('_test.go')) return []
  const flags = source.calls.flatMap(({callee, args, line, node}) => {
    const name = /^"test\.(?:run|skip|list|short)"$/.exec(args[0] ? source.textOf(args[0]) : '')?.[0]
    if (name === undefined || !/^flag\.(?:CommandLine\.)?Set$/.test(callee)) return []
    const message = `\`${source.textOf(node).slice(0, 60)}\` chooses which tests run. Take it out.`
    return [{file, line, key: `flag ${name}`, message}]
  })
  const assigned = nodesIn(source, {from: 0, to: source.text.length + 1}, ['Assignment']).filter((node) =>
    /^os\.Args\s*=[^=][^\n]*["'\u0060]-+test\.(?:run|skip|list|short)/.test(source.textOf(node)),
  )
  const message = '`os.Args` is set to choose which tests run. Take it out.'
  return [...flags, ...assigned.map((node) => ({file, line: source.lineOf(node.from), key: 'os.Args', message}))]
}

const SETUP = /(?:^|\/)(?:conftest\.py|(?:[\w.-]*setup[\w.-]*|[\w.-]*teardown[\w.-]*|test[-_]?(?:helper|env)[\w.-]*)\.[cm]?[jt]s)$/i
const EXITS: Readonly<Record<string, RegExp>> = {
  python: /^(?:os\._exit|sys\.exit|exit|quit|SystemExit|pytest\.exit)$/,
  go: /^(?:os\.Exit|syscall\.Exit)$/,
  javascript: /^(?:process\.(?:exit|reallyExit|kill)|Deno\.exit)$/,
  typescript: /^(?:process\.(?:exit|reallyExit|kill)|Deno\.exit)$/,
}
/** Programs leave with 0 when they like. */
const PROGRAM =
  /(?:^|\/)(?:bin|cmd|scripts?|tools|cli|examples?|bench|fixtures?|testdata)\/|(?:^|\/)(?:cli|main|__main__|manage|setup|index|server)\.\w+$/

/** By which code finds out that tests are running. */
const ASKS_FOR_TESTS =
  /["'`]--test["'`]|\b(?:NODE_TEST_CONTEXT|JEST_WORKER_ID|VITEST|MOCHA_\w+|PYTEST_\w+|NODE_ENV)\b|["'](?:pytest|unittest)["'] in sys\.modules/

function exitsIn({file, isTest, tests}: FileSide, source: SourceTree): readonly Escape[] {
  const pattern = EXITS[source.language]
  // To look at every call takes longer than to look for the words.
  if (pattern === undefined || !(file.endsWith('_test.go') || /exit|quit/i.test(source.text))) return []
  const isOurs = (isTest && (tests.length > 0 || file.endsWith('_test.go'))) || SETUP.test(file)
  const found = source.calls.filter(
    ({callee, args}) =>
      pattern.test(callee) &&
      saysWell(
        callee,
        args.map((arg) => source.textOf(arg)),
      ),
  )
  const reached = found.filter(({node}) => isOurs || isAtImport(node, file, source))
  const exits = reached.map(({line, node}) => ({line, text: source.textOf(node)}))
  return [...exits, ...exitCodes(isOurs, source), ...mainsWithoutRun(file, source)].map(({line, text}) => ({
    file,
    line,
    key: `exit ${text}`,
    message: `\`${text.split('\n')[0]?.slice(0, 60)}\` ends a test run well, whatever has failed. Take it out.`,
  }))
}

/** No code, or 0. `TestMain` hands over what `m.Run` said. */
function saysWell(callee: string, args: readonly string[]): boolean {
  if (callee === 'process.kill') return false
  if (callee === 'pytest.exit') return args.some((arg) => /returncode\s*=\s*0|^0$/.test(arg))
  return args.length === 0 ? !callee.endsWith('_exit') : /^(?:0|None|False|"")$/.test(args[0] ?? '')
}

/** In code under test: at its top level, so that whoever imports it ends; a program may. */
function isAtImport(node: SyntaxNode, file: string, source: SourceTree): boolean {
  if (PROGRAM.test(file)) return false
  if (source.language === 'go') return source.functions.some(({name, from, to}) => name === 'init' && from <= node.from && node.to <= to)
  if (source.language !== 'python' && !/^\s*(?:export\b|module\.exports|exports\.)/m.test(source.text)) return false
  const {isDead, condition} = circumstancesOf(node, {from: 0, to: source.text.length + 1}, source)
  if (isDead) return false
  return condition === undefined || ASKS_FOR_TESTS.test(condition) || isDeferred(node, condition, source)
}

/** `process.on('exit', …)`, `setTimeout(…)`, `atexit.register(lambda: …)` at the top level. */
function isDeferred(node: SyntaxNode, condition: string, source: SourceTree): boolean {
  if (condition !== 'when a function is called') return false
  return source.calls.some(
    ({callee, from, to}) =>
      /^(?:process\.(?:on|once)|setTimeout|setImmediate|queueMicrotask|process\.nextTick|atexit\.register|after|afterAll)$/.test(callee) &&
      from < node.from &&
      node.to <= to,
  )
}

/** `process.exitCode = 0`. */
function exitCodes(isOurs: boolean, source: SourceTree) {
  if (!/^(?:java|type)script$/.test(source.language)) return []
  const nodes = nodesIn(source, {from: 0, to: source.text.length}, ['AssignmentExpression'])
  const found = nodes.filter((node) => /^process\.exitCode\s*=\s*0$/.test(source.textOf(node)))
  return found
    .filter((node) => isOurs || isHandler(node, source))
    .map((node) => ({line: source.lineOf(node.from), text: source.textOf(node)}))
}

const isHandler = (node: SyntaxNode, source: SourceTree) =>
  source.calls.some(
    ({callee, from, to, args}) =>
      /^process\.(?:on|once)$/.test(callee) &&
      from < node.from &&
      node.to <= to &&
      /exit/i.test(source.textOf(args[0] ?? {from, to: from})),
  )

/** A `TestMain` that never calls `m.Run` runs no test. */
function mainsWithoutRun(file: string, source: SourceTree) {
  if (!file.endsWith('_test.go')) return []
  const mains = source.functions.filter(({name, owner}) => name === 'TestMain' && owner === undefined)
  return mains
    .filter((main) => !callsIn(source, main).some(({callee}) => callee.endsWith('.Run')) && childrenOf(main.node).length > 0)
    .map(({line}) => ({line, text: 'TestMain without m.Run()'}))
}
