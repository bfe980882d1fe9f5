import {unquote, type SourceCall, type SourceFunction, type SourceRange, type SourceTree} from '@conduct-cli/source'
import {readBody, type ReadCall} from './body.ts'
import {callsIn, isWithin} from './ranges.ts'
import {silentTs} from './silent-t.ts'
import type {Mark, TestCase} from './test-case.ts'

/** Tests of the `testing` package, their named subtests, and methods of suites. */
export function goTests(source: SourceTree): readonly TestCase[] {
  const fileMarks = constraintMarks(source)
  const tests = source.functions.filter((each) => isTest(each)).map((each) => toTest(each, fileMarks, source))
  return tests.flatMap((test) => [test, ...subtests(test, source)])
}

function isTest({name, kind, owner}: SourceFunction): boolean {
  return (
    kind !== 'arrow' &&
    name !== 'TestMain' &&
    /^(?:Test|Benchmark|Fuzz|Example)(?![a-z])/.test(name) &&
    (owner === undefined || name.startsWith('Test'))
  )
}

/** What a call does to the test that it stands in. */
export const readSkip: ReadCall = (callee) =>
  /^\w+(?:\.T\(\))?\.(?:Skip|Skipf|SkipNow)$/.test(callee) ? {kind: 'skip', what: `is skipped by \`${callee}()\``} : undefined

function toTest({name, owner, body, node, statements, line}: SourceFunction, fileMarks: readonly Mark[], source: SourceTree): TestCase {
  const parts = readBody({source, range: body ?? node, statements, readCall: readSkip})
  const path = owner ? [owner.name, name] : [name]
  const marks = [
    ...fileMarks,
    ...replacedT(statements, source),
    ...silentTs(statements, source),
    ...handedT(body ?? node, source),
    ...parts.marks,
  ]
  return {...parts, file: source.file, from: node.from, to: node.to, line, path, marks}
}

/** `t = new(testing.T)`: what fails there fails nothing. */
function replacedT(statements: SourceFunction['statements'], source: SourceTree): readonly Mark[] {
  const found = statements.find((statement) => /^\w+\s*:?=\s*(?:new\(testing\.[TB]\)|&testing\.[TB]\{)/.test(source.textOf(statement)))
  if (found === undefined) return []
  const isUsual = !/^t\b/.test(source.textOf(found)) && ({isUsual: true} as const)
  return [{kind: 'swallow', line: source.lineOf(found.from), what: OWN_T, ...isUsual}]
}

const OWN_T = 'reports its failures to a `testing.T` of its own'

/** `check(&testing.T{}, got)`: as good for a test of `check` as it is bad for any other. */
function handedT(body: SourceRange, source: SourceTree): readonly Mark[] {
  const found = callsIn(source, body).find(({args}) =>
    args.some((arg) => /^(?:new\(testing\.[TB]\)|&testing\.[TB]\{)/.test(source.textOf(arg))),
  )
  return found ? [{kind: 'swallow', line: found.line, what: OWN_T, isUsual: true}] : []
}

/** `t.Run("name", func(t *testing.T) {…})`; names that are computed are not known. */
function subtests(test: TestCase, source: SourceTree): readonly TestCase[] {
  const runs = source.calls.filter((call) => isWithin(call, test) && call.callee.endsWith('.Run') && call.args.length === 2)
  return runs.flatMap((call) => subtest(call, test, source) ?? [])
}

function subtest(call: SourceCall, test: TestCase, source: SourceTree): TestCase | undefined {
  const [name, argument] = call.args
  const literal = source.functions.find(({from}) => from === argument?.from)
  if (!name || !literal?.body || !source.textOf(name).startsWith('"')) return undefined
  const parts = readBody({source, range: literal.body, statements: literal.statements, readCall: readSkip})
  const path = [...test.path, unquote(source.textOf(name))]
  return {...parts, file: source.file, from: call.from, to: call.to, line: call.line, path, marks: parts.marks}
}

const SYSTEMS =
  '386|arm|mips\\w*|ppc64\\w*|riscv64|s390x|wasm|loong64|windows|darwin|plan9|js|wasip1|android|ios|freebsd|netbsd|openbsd|solaris|aix|dragonfly|illumos'

/** What `//go:build` and the name of the file say about when it is compiled. */
function constraintMarks(source: SourceTree): readonly Mark[] {
  const packageAt = /^package\s/m.exec(source.text)?.index ?? 0
  const built = source.comments
    .filter(({from, text}) => from < packageAt && /^\/\/(?:go:build|\s*\+build)\s/.test(text))
    .map(({text, line}): Mark => constraint(text, line))
  const system = new RegExp(`_(${SYSTEMS})_test\\.go$`).exec(source.file)?.[1]
  return [
    ...built,
    ...(system === undefined
      ? []
      : [{kind: 'dead' as const, line: 1, what: `is compiled on ${system} alone`, condition: `GOOS != "${system}"`}]),
  ]
}

function constraint(text: string, line: number): Mark {
  const expression = text.replace(/^\/\/(?:go:build|\s*\+build)\s+/, '')
  const what = `is left out of the build by \`${text}\``
  return {kind: 'dead', line, what, ...(expression === 'ignore' ? {} : {condition: `go:build ${expression}`})}
}
