import {parseGoBuildErrors} from './go-test-json.ts'
import type {TestFailure} from './runner-formats.ts'

/** Reads the closing lines that a test runner prints for people. */
export interface TextFormat {
  readonly runner: string
  /** `undefined` when the text has no sign of this runner. */
  parse(text: string): {readonly executed: number; readonly failures: readonly TestFailure[]} | undefined
}

/** In no order: each looks for a line that only its own runner prints. `other` is the last resort. */
export const TEXT_FORMATS: readonly TextFormat[] = [
  {runner: 'node:test', parse: byPattern(/^ℹ (?:pass|fail) (\d+)$/gm)},
  {runner: 'tap', parse: parseTap},
  {runner: 'pytest', parse: parsePytest},
  {runner: 'unittest', parse: parseUnittest},
  {runner: 'go', parse: parseGo},
  {runner: 'mocha', parse: byPattern(/^\s*(\d+) (?:passing|failing)\b/gm, parseMochaFailures)},
  {runner: 'jest', parse: parseJest},
  {runner: 'vitest', parse: parseVitest},
  {runner: 'ava', parse: byPattern(/^\s*(\d+) tests? (?:passed|failed)$/gm)},
  {runner: 'cargo', parse: byPattern(/^test result: .*? (\d+) passed; (\d+) failed;/gm, named(/^test (\S+) \.\.\. FAILED$/gm))},
  {runner: 'deno', parse: byPattern(/^(?:ok|FAILED) \| (\d+) passed(?: \(.*?\))? \| (\d+) failed/gm)},
  {runner: 'bun', parse: byPattern(/^\s*(\d+) (?:pass|fail)$/gm, named(/^\(fail\) (.+?)(?: \[.*\])?$/gm))},
  {runner: 'rspec', parse: byPattern(/^(\d+) examples?, \d+ failures?/gm, named(/^rspec \S+ # (.+)$/gm))},
  {runner: 'mix', parse: byPattern(/^(\d+) tests?, \d+ failures?/gm)},
  {runner: 'phpunit', parse: byPattern(/^(?:OK \((\d+) tests?,|Tests: (\d+), Assertions:)/gm)},
  {runner: 'surefire', parse: parseSurefire},
  {runner: 'dotnet', parse: byPattern(/^(?:Passed|Failed)!\s+- Failed:\s+(\d+), Passed:\s+(\d+)/gm)},
  {runner: 'swift', parse: lastByPattern(/Executed (\d+) tests?, with/g)},
  {runner: 'ctest', parse: byPattern(/tests failed out of (\d+)$/gm)},
  {runner: 'jest', parse: byPattern(/"numPassedTests":\s*(\d+)|"numFailedTests":\s*(\d+)/g)},
  {runner: 'other', parse: parseOther},
]

function byPattern(pattern: RegExp, failuresIn: (text: string) => readonly TestFailure[] = () => []): TextFormat['parse'] {
  return (text) => {
    const matches = [...text.matchAll(pattern)]
    if (matches.length === 0) return undefined
    return {executed: sum(matches.flatMap(([, ...groups]) => groups)), failures: failuresIn(text)}
  }
}

function lastByPattern(pattern: RegExp): TextFormat['parse'] {
  return (text) => {
    const last = [...text.matchAll(pattern)].at(-1)
    return last && {executed: Number(last[1]), failures: []}
  }
}

function named(pattern: RegExp): (text: string) => readonly TestFailure[] {
  return (text) => [...text.matchAll(pattern)].map(([line, name = '']) => ({name, message: line.trim()}))
}

function sum(numbers: readonly (string | undefined)[]): number {
  return numbers.reduce((total, number) => total + Number(number ?? 0), 0)
}

/** `2 failed, 3 passed` to the number of those whose word is wanted. */
function sumWords(line: string, words: RegExp): number {
  return sum([...line.matchAll(/(\d+) (\w+)/g)].filter(([, , word = '']) => words.test(word)).map(([, number]) => number))
}

function parseTap(text: string) {
  const summary = byPattern(/^# (?:pass|fail) +(\d+)$/gm)(text)
  const results = [...text.matchAll(/^(not )?ok \d+(?: - | )?(.*)$/gm)].filter(([line]) => !/# (?:skip|todo)/i.test(line))
  if (!summary && !/^(?:TAP version 1[34]|1\.\.\d+)/m.test(text)) return undefined
  const failures = results.filter(([, not]) => not !== undefined).map(([line, , name = '']) => ({name: name.trim(), message: line}))
  return {executed: summary?.executed ?? results.length, failures}
}

function parsePytest(text: string) {
  const closing = [...text.matchAll(/^=*\s*((?:no tests ran|\d+ [a-z]+(?:, \d+ [a-z]+)*) in [\d.]+s)/gm)]
  if (closing.length === 0) return undefined
  const failures = [...text.matchAll(/^(?:FAILED|ERROR) (\S+?)(?: - (.*))?$/gm)].map(([line, name = '', message]) => ({
    name,
    message: message ?? line,
    file: name.split('::')[0],
  }))
  return {executed: closing.reduce((total, [, line = '']) => total + sumWords(line, /^(?:passed|failed|xfailed|xpassed)$/), 0), failures}
}

function parseUnittest(text: string) {
  const ran = byPattern(/^Ran (\d+) tests? in /gm)(text)
  if (!ran) return undefined
  const skipped = sum([...text.matchAll(/^(?:OK|FAILED) \(.*?skipped=(\d+)/gm)].map(([, number]) => number))
  return {executed: ran.executed - skipped, failures: parseUnittestFailures(text)}
}

/** Blocks between double rules: the name, a rule, a traceback, the exception. */
function parseUnittestFailures(text: string): readonly TestFailure[] {
  const blocks = text.split(/^={70}$/m).slice(1)
  return blocks.flatMap((block) => {
    const [, name = ''] = /^\s*(?:FAIL|ERROR): (.+)$/m.exec(block) ?? []
    const traceback = block.split(/^-{70}$/m)[1] ?? ''
    const frames = [...traceback.matchAll(/^ {2}File "(.+)", line (\d+)/gm)].filter(
      ([, file = '']) => !/\/unittest\/|\/importlib\//.test(file),
    )
    const place = frames.find(([, file = '']) => /(?:^|\/)(?:test[^/]*|[^/]*_test)\.py$/.test(file)) ?? frames.at(-1)
    const message =
      traceback
        .trim()
        .split('\n')
        .findLast((line) => /^\S/.test(line)) ?? 'failed.'
    const isBuild = name.includes('unittest.loader._FailedTest')
    return name === '' ? [] : [{name, message, ...(place ? {file: place[1], line: Number(place[2])} : {}), ...(isBuild ? {isBuild} : {})}]
  })
}

/** Reads `go test -v`. Without `-v` a package is one line, which is a lower bound of its tests. */
function parseGo(text: string) {
  const packages = [...text.matchAll(/^(?:ok|FAIL|\?)\s+\S+\s+(?:[\d.]+s|\(cached\)|\[.*\])(.*)$/gm)]
  if (packages.length === 0) return undefined
  const results = [...text.matchAll(/^\s*--- (PASS|FAIL): (\S+)/gm)]
  const tested = packages.filter(([line]) => /^(?:ok|FAIL)/.test(line) && !/\[(?:no tests? |build failed|setup failed)/.test(line))
  const failed = results.filter(([, status]) => status === 'FAIL').map(([, , name = '']) => name)
  const leaves = failed.filter((name) => !failed.some((other) => other.startsWith(`${name}/`)))
  const unbuilt = /\[(?:build|setup) failed\]$/m.test(text) ? parseGoBuildErrors(text) : []
  const failures = [...leaves.map((name) => goFailure(text, name)), ...unbuilt]
  return {executed: results.length > 0 ? results.length : tested.length, failures}
}

function goFailure(text: string, name: string): TestFailure {
  const lines = text.split('\n')
  const begin = lines.findIndex((line) => line.trim() === `=== RUN   ${name}`)
  const rest = lines.slice(begin + 1)
  const place = rest.map((line) => /^\s+(\S+_test\.go):(\d+): (.*)$/.exec(line)).find((match) => match !== null)
  return place ? {name, message: place[3] ?? '', file: place[1], line: Number(place[2])} : {name, message: `${name} failed.`}
}

/** `  1) suite`, `       test:`, blank, message, stack. */
function parseMochaFailures(text: string): readonly TestFailure[] {
  const closing = text.slice(text.search(/^\s*\d+ failing\b/m))
  if (!/^\s*\d+ failing\b/.test(closing)) return []
  return closing
    .split(/^ {2}\d+\) /m)
    .slice(1)
    .map(parseMochaFailure)
}

function parseMochaFailure(block: string): TestFailure {
  const [head = '', ...rest] = block.split(/:\n\s*\n|:\n(?= {6}\S.*Error)/)
  const body = rest.join('\n')
  const place = /\(?(?:file:\/\/)?([^\s()]+?\.[cm]?[jt]sx?):(\d+):\d+\)?$/m.exec(withoutNodeFrames(body))
  return {
    name: head
      .split('\n')
      .map((line) => line.trim())
      .join(' > '),
    message: body.split(/^\s+at /m)[0]?.trim() ?? '',
    ...(place ? {file: place[1], line: Number(place[2])} : {}),
  }
}

function withoutNodeFrames(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !/node:|node_modules/.test(line))
    .join('\n')
}

/** A failure that begins with its name and ends with a stack trace. */
function readBlock(block: string, traceStart: RegExp) {
  const [name = '', ...lines] = block.split('\n')
  return {name: name.trim(), message: lines.join('\n').split(traceStart)[0]?.trim() ?? ''}
}

function parseJest(text: string) {
  const closing = [...text.matchAll(/^Tests:\s+(.*\d+ total)$/gm)]
  if (closing.length === 0) return /^No tests found, exiting/m.test(text) ? {executed: 0, failures: []} : undefined
  const executed = closing.reduce((total, [, line = '']) => total + sumWords(line, /^(?:passed|failed)$/), 0)
  const blocks = text.split(/^ {2}● /m).slice(1)
  const failures = blocks.map((block) => ({
    ...readBlock(block, /^\s+at /m),
    ...placeIn(block, /\(?([^\s()]+\.[cm]?[jt]sx?):(\d+):\d+\)?$/m),
  }))
  return {executed, failures: uniqueByName(failures)}
}

function parseVitest(text: string) {
  const closing = [...text.matchAll(/^[ \t]*Tests[ \t]+((?:no tests|\d+ (?:failed|passed|skipped|todo)).*)$/gm)]
  if (closing.length === 0) return /^No test files found/m.test(text) ? {executed: 0, failures: []} : undefined
  const executed = closing.reduce((total, [, line = '']) => total + sumWords(line, /^(?:passed|failed)$/), 0)
  const blocks = text.split(/^\s*FAIL\s+/m).slice(1)
  const failures = blocks.map((block) => ({
    ...readBlock(block, /^\s*❯ /m),
    ...placeIn(block, /^\s*❯ (\S+?):(\d+):\d+$/m),
  }))
  return {executed, failures: uniqueByName(failures)}
}

function placeIn(block: string, pattern: RegExp): {file?: string; line?: number} {
  const place = pattern.exec(withoutNodeFrames(block))
  return place ? {file: place[1], line: Number(place[2])} : {}
}

function uniqueByName(failures: readonly TestFailure[]): readonly TestFailure[] {
  return [...new Map(failures.map((failure) => [failure.name, failure])).values()]
}

/** Each class has a line with its time; only the closing one, in each project, has none. */
function parseSurefire(text: string) {
  const closing = [...text.matchAll(/Tests run: (\d+), Failures: \d+, Errors: \d+, Skipped: (\d+)$/gm)]
  if (closing.length === 0) return undefined
  return {executed: closing.reduce((total, [, ran, skipped]) => total + Number(ran) - Number(skipped), 0), failures: []}
}

/** "12 passed, 1 failed" of a runner we do not know. "0 errors, 0 failed" alone is said by linters too. */
function parseOther(text: string) {
  if (!/(?:^|[\s|,:])\d+ (?:tests? |checks? )?passed\b/im.test(text)) return undefined
  return byPattern(/(?:^|[\s|,:])(\d+) (?:tests? |checks? )?(?:passed|failed)\b/gim)(text)
}
