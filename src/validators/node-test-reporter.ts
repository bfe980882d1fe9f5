import * as z from 'zod'
import type {TestCounts, TestFailure} from './runner-formats.ts'

/**
 * A reporter for `node:test` that prints what Node's own default prints and writes each result beside itself, one file
 * a process. It is a text and not a module of ours because the project's own Node loads it, which may be an older one
 * that strips no types, and because a single executable has no such file to point at.
 */
export const NODE_TEST_REPORTER = `import {appendFileSync} from 'node:fs'
import {Readable} from 'node:stream'
import {spec, tap} from 'node:test/reporters'

const out = new URL('./node-' + process.pid + '.ndjson', import.meta.url)
const path = []

function record({type, data}) {
  if (type === 'test:start') path.splice(data.nesting, path.length, data.name)
  if (type !== 'test:pass' && type !== 'test:fail') return
  const error = data.details?.error
  const cause = error?.cause instanceof Error ? error.cause : error
  appendFileSync(out, JSON.stringify({
    passed: type === 'test:pass',
    name: [...path.slice(0, data.nesting), data.name].join(' > '),
    file: data.file,
    line: data.line,
    suite: data.details?.type === 'suite',
    fileLevel: data.nesting === 0 && typeof data.file === 'string' && data.file.endsWith(data.name),
    skipped: Boolean(data.skip ?? data.todo) || data.skip === '' || data.todo === '',
    ofSubtests: error?.failureType === 'subtestsFailed',
    message: error ? String(cause?.message ?? error.message) : '',
    stack: error ? String(cause?.stack ?? '') : '',
  }) + '\\n')
}

async function* recorded(source) {
  for await (const event of source) {
    record(event)
    yield event
  }
}

export default async function* (source) {
  if (Number(process.versions.node.split('.')[0]) < 23) yield* tap(recorded(source))
  else yield* Readable.from(recorded(source)).pipe(new spec())
}
`

const lineSchema = z.object({
  passed: z.boolean(),
  name: z.string(),
  file: z.string().optional(),
  line: z.number().optional(),
  suite: z.boolean(),
  fileLevel: z.boolean(),
  skipped: z.boolean(),
  ofSubtests: z.boolean(),
  message: z.string(),
  stack: z.string(),
})
type Line = z.output<typeof lineSchema>

/** The reporter's lines to counts. A file without tests, which Node counts as a passing test, is none. */
export function parseNodeTestReport(text: string): TestCounts {
  const lines = text.split('\n').flatMap(parseLine)
  const executed = lines.filter((line) => !line.suite && !line.fileLevel && !line.skipped).length
  return {runners: ['node:test'], executed, failures: lines.filter(isFailure).map(toFailure)}
}

function parseLine(text: string): Line[] {
  try {
    return [lineSchema.parse(JSON.parse(text))]
  } catch {
    // The last line of a process that was killed may be cut off.
    return []
  }
}

function isFailure(line: Line): boolean {
  return !line.passed && !line.skipped && !line.ofSubtests
}

function toFailure({name, message, file, line, stack, fileLevel}: Line): TestFailure {
  const failedAt = file === undefined ? undefined : lineInStack(stack, file)
  // Two files may have a test of the same name.
  const fullName = file === undefined || fileLevel ? name : `${file} > ${name}`
  return {name: fullName, message, file, line: failedAt ?? line}
}

/** The line of the assertion says more than the line on which the test begins. */
function lineInStack(stack: string, file: string): number | undefined {
  const frame = stack.split('\n').find((entry) => entry.includes(`${file}:`))
  const match = frame === undefined ? null : /:(\d+):\d+\)?$/.exec(frame.trim())
  return match ? Number(match[1]) : undefined
}
