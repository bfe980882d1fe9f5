import * as z from 'zod'
import type {TestCounts, TestFailure} from './runner-formats.ts'

/** Reads `go test -json` line by line, since a large suite prints more than is kept of any output. */
export interface GoTestReport {
  /** Lines that are no event of Go's are left alone. */
  add(line: string): void
  /** `undefined` when there was no event. */
  counts(): TestCounts | undefined
}

const eventSchema = z.object({
  /** `cd` is not Go's: a script that goes from module to module says where it is, relative to the tree. */
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Output: z.string().optional(),
  FailedBuild: z.string().optional(),
})
type GoEvent = z.output<typeof eventSchema>

interface Collected {
  dir: string
  readonly results: Map<string, 'pass' | 'fail' | 'skip'>
  /** What each test and package that has not passed printed. */
  readonly outputs: Map<string, string>
  readonly failedPackages: Set<string>
  readonly buildErrors: TestFailure[]
}

const MAX_OUTPUT = 16 * 1024

export function createGoTestReport(): GoTestReport {
  const collected: Collected = {dir: '.', results: new Map(), outputs: new Map(), failedPackages: new Set(), buildErrors: []}
  let seen = false
  return {
    add(line) {
      const event = parseEvent(line)
      if (event === undefined) return
      seen = true
      collect(collected, event)
    },
    counts: () => (seen ? toCounts(collected) : undefined),
  }
}

/** `./a.go:6:14: undefined: y`, as the compiler and `go vet` say it. A module that is not there takes two lines. */
export function parseGoBuildErrors(text: string, dir = '.'): readonly TestFailure[] {
  const places = [...text.matchAll(/^(?:vet: )?(\S+\.go):(\d+):(?:\d+:)? (.+)$/gm)]
  return places.map(([, file = '', line, message = '']) => ({
    name: `${file}:${line}`,
    message: message.replace(/; to add it:$/, ''),
    file: file.startsWith('/') || dir === '.' ? file : `${dir}/${file.replace(/^\.\//, '')}`,
    line: Number(line),
    isBuild: true,
  }))
}

function parseEvent(line: string): GoEvent | undefined {
  // Go prints the action first, or the time before it; tests may print JSON of their own.
  if (!line.startsWith('{') || !line.includes('"Action":')) return undefined
  try {
    return eventSchema.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}

function collect(collected: Collected, {Action, Package = '', ImportPath, Test, Output = '', FailedBuild}: GoEvent): void {
  const key = Test === undefined ? Package : `${Package}.${Test}`
  if (Action === 'cd') collected.dir = Package
  if (Action === 'output') collected.outputs.set(key, `${collected.outputs.get(key) ?? ''}${Output}`.slice(0, MAX_OUTPUT))
  if (Action === 'build-output' && ImportPath !== undefined) collected.buildErrors.push(...parseGoBuildErrors(Output, collected.dir))
  if (Action !== 'pass' && Action !== 'fail' && Action !== 'skip') return
  if (Action === 'pass') collected.outputs.delete(key)
  if (Test !== undefined) collected.results.set(key, Action)
  else if (Action === 'fail' && FailedBuild === undefined) collected.failedPackages.add(Package)
}

function toCounts({results, outputs, failedPackages, buildErrors}: Collected): TestCounts {
  const names = [...results.keys()]
  const parents = new Set(names.flatMap((name) => ancestors(name)))
  const leaves = names.filter((name) => !parents.has(name))
  const failing = names.filter((name) => results.get(name) === 'fail')
  const blamed = new Set(failing.flatMap((name) => ancestors(name)))
  const failures = failing.filter((name) => !blamed.has(name)).map((name) => toFailure(name, outputs.get(name) ?? ''))
  // A package may also fail before, after or beside its tests: in TestMain, in init, by a race.
  const silent = [...failedPackages].filter((name) => !failing.some((test) => test.startsWith(`${name}.`)))
  return {
    runners: ['go'],
    executed: leaves.filter((name) => results.get(name) !== 'skip').length,
    failures: [...failures, ...silent.map((name) => ofPackage(toFailure(name, outputs.get(name) ?? ''))), ...buildErrors],
  }
}

/** `p.TestA/b/c` has `p.TestA/b` and `p.TestA`; slashes of the package come before the name. */
function ancestors(name: string): readonly string[] {
  const begin = name.indexOf('/', name.search(/\.(?:Test|Fuzz|Example|Benchmark)[^/]*(?:\/|$)/))
  if (begin === -1) return []
  const cuts = [...name.matchAll(/\//g)].map(({index}) => index).filter((index) => index >= begin)
  return cuts.map((index) => name.slice(0, index))
}

const NOISE = /^\s*(?:=== |--- |FAIL\b|PASS\b|ok\s|panic: .* \[recovered\]$)/

function toFailure(name: string, output: string): TestFailure {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const stack = lines.findIndex((line) => /^goroutine \d+ /.test(line))
  const said = lines.slice(0, stack === -1 ? undefined : stack).flatMap((line) => (NOISE.test(line) ? [] : [line.trim()]))
  const place = placeOf(lines)
  return {name, message: said.join('\n').replace(/^\S+\.go:\d+: /, ''), ...place}
}

/** Go says nothing of a process that printed PASS and then exited with 1. */
function ofPackage(failure: TestFailure): TestFailure {
  if (failure.message !== '') return failure
  return {...failure, message: 'the package failed although none of its tests did: look at TestMain, init and os.Exit.'}
}

/** What `t.Error` says; else the first line of the project's own in the stack of a panic. */
function placeOf(lines: readonly string[]): {readonly file?: string; readonly line?: number} {
  const said = lines.map((line) => /^\s+(\S+\.go):(\d+): /.exec(line)).find((match) => match !== null)
  const frames = lines.map((line) => /^\t(\S+\.go):(\d+)(?: \+0x[\da-f]+)?$/.exec(line)).filter((match) => match !== null)
  const place = said ?? frames.find(([, file = '']) => !/\/src\/(?:testing|runtime)\/|\/pkg\/mod\//.test(file))
  return place ? {file: place[1], line: Number(place[2])} : {}
}
