import type {SourceCall, SourceRange, SourceTree} from '@conduct-cli/source'
import type {Finding} from 'conduct-cli/plugin'
import type {Comparison, FileSide} from '../comparison.ts'
import {callsIn, nodesIn} from '../ranges.ts'

/** What a test asks is answered by something that stands in for it now: a mock, or a function of the test's own. */
export function findMockedSubjects({changes, files}: Comparison): readonly Finding[] {
  return changes.flatMap(({base, head, file}) => {
    if (!head?.source || !(head.isTest || CONFTEST.test(file))) return []
    const asked = base?.isTest ? askedNames(base) : new Set<string>()
    const known = base?.source ? standInsIn(base.source).map(({print}) => print) : []
    const isAsked = (standIn: StandIn) => asked.has(standIn.name) || isAll(standIn, base) || isModule(standIn, files)
    const fresh = standInsIn(head.source).filter((standIn) => !known.includes(standIn.print) && isAsked(standIn))
    return fresh.map((standIn) => ({message: messageOf(standIn), file, line: standIn.line}))
  })
}

const CONFTEST = /(?:^|\/)conftest\.py$/

interface StandIn {
  /** What is replaced; empty for a whole module. */
  readonly name: string
  /** Path of a module, when all of it is replaced. */
  readonly module?: string
  readonly isPython?: true
  readonly line: number
  readonly print: string
}

function messageOf({name, module}: StandIn): string {
  return `\`${module ?? name}\` is what the tests test, and is replaced here. Test the code itself, and replace what it uses.`
}

/** Names that come from the project, and whose answers the file's assertions are about. */
function askedNames({source, tests}: FileSide): ReadonlySet<string> {
  if (source === undefined) return new Set()
  const imported = new Set(source.imports.flatMap(({names}) => names))
  const own = (range: SourceRange) => callsIn(source, range).flatMap(({callee}) => (imported.has(callee) ? [callee] : []))
  return new Set(
    tests.flatMap((test) => {
      const words = new Set(test.assertions.flatMap(({subject}) => subject.split(' ')))
      const declared = nodesIn(source, test, ['VariableDeclaration', 'AssignStatement', 'VarDecl']).filter((node) =>
        words.has(/^(?:(?:const|let|var)\s+)?(\w+)/.exec(source.textOf(node))?.[1] ?? ''),
      )
      return [...test.assertions, ...declared].flatMap(own)
    }),
  )
}

/** The mocked module is one that the file tests. */
function isAll({module}: StandIn, base: FileSide | undefined): boolean {
  if (module === undefined || !base?.isTest) return false
  const asked = askedNames(base)
  return base.source?.imports.some(({specifier, names}) => specifier === module && names.some((name) => asked.has(name))) ?? false
}

/** Of Python: a module of the project, not one that only other machines have. */
const isModule = ({module, isPython}: StandIn, files: readonly string[]) =>
  isPython === true && files.some((file) => file.endsWith(`${module?.replaceAll('.', '/')}.py`))

function standInsIn(source: SourceTree): readonly StandIn[] {
  return [
    ...source.calls.flatMap((call) => mockOf(call, source) ?? []),
    ...patchedAround(source),
    ...ownDefinitions(source),
    ...replacedModules(source),
  ]
}

const MOCKS = /^(?:vi|jest|mock|\w+\.mock)\.(?:mock|doMock|module|unstable_mockModule|setMock)$/
const PATCHES = /(?:^|\.)(?:patch|patch\.object|setattr)$/

function mockOf(call: SourceCall, source: SourceTree): StandIn | undefined {
  const {callee, args, line, node} = call
  const [first = '', second = ''] = args.map((arg) => source.textOf(arg))
  const print = source.textOf(node)
  if (MOCKS.test(callee) && /^["'`]\./.test(first)) {
    const module = first.slice(1, -1)
    // A part of it may be left as it is.
    return /importActual|requireActual|importOriginal/.test(print) ? undefined : {name: '', module, line, print}
  }
  if (/(?:^|\.)spyOn$/.test(callee)) {
    const isReplaced = /^\s*\.mock(?:Implementation|Return|Resolved|Rejected)/.test(source.text.slice(call.to, call.to + 40))
    return isReplaced ? {name: second.slice(1, -1), line, print} : undefined
  }
  if (source.language !== 'python' || !PATCHES.test(callee)) return undefined
  const target = /^["'](?:[\w]+\.)+(\w+)["']$/.exec(first)?.[1] ?? /^["'](\w+)["']$/.exec(second)?.[1]
  return target === undefined ? undefined : {name: target, line, print}
}

/** `@patch("ledger.money.add")`. */
function patchedAround(source: SourceTree): readonly StandIn[] {
  if (source.language !== 'python') return []
  return nodesIn(source, {from: 0, to: source.text.length + 1}, ['Decorator']).flatMap((node) => {
    const print = source.textOf(node)
    const name = /^@(?:\w+\.)*patch(?:\.object)?\((?:["'](?:\w+\.)+|\w+,\s*["'])(\w+)["']/.exec(print)?.[1]
    return name === undefined ? [] : [{name, line: source.lineOf(node.from), print}]
  })
}

/** `def add(a, b)`, `const add = …`, `add = Mock(…)`. */
function ownDefinitions(source: SourceTree): readonly StandIn[] {
  const functions = source.functions.filter(
    ({name, owner, isArgument, body, node}) => name !== '' && body && !owner && !isArgument && node.parent?.name !== 'Property',
  )
  const assigned = nodesIn(source, {from: 0, to: source.text.length + 1}, ['AssignStatement', 'VariableDeclaration']).flatMap((node) => {
    const name = /^(?:(?:const|let|var)\s+)?(\w+)\s*=\s*(?:lambda\b|(?:\w+\.)*\w*(?:Mock|[sS]tub|fn)\w*\()/.exec(source.textOf(node))?.[1]
    return name === undefined ? [] : [{name, line: source.lineOf(node.from)}]
  })
  return [...functions, ...assigned].map(({name, line}) => ({name, line, print: `own ${name}`}))
}

/** `sys.modules["ledger.money"] = MagicMock()`. */
function replacedModules(source: SourceTree): readonly StandIn[] {
  if (source.language !== 'python') return []
  return nodesIn(source, {from: 0, to: source.text.length + 1}, ['AssignStatement']).flatMap((node) => {
    const print = source.textOf(node)
    const module = /^sys\.modules\[["']([\w.]+)["']\]\s*=/.exec(print)?.[1]
    return module === undefined ? [] : [{name: '', module, isPython: true as const, line: source.lineOf(node.from), print}]
  })
}
