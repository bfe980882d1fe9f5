import * as z from 'zod'
import type {TestCounts, TestFailure} from './runner-formats.ts'

const jestSchema = z.object({
  /** Jest says so of itself, Vitest does not. */
  openHandles: z.array(z.unknown()).optional(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(
        z.object({fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish().default([])}),
      ),
    }),
  ),
})
type FileResult = z.output<typeof jestSchema>['testResults'][number]

const mochaSchema = z.object({
  stats: z.object({passes: z.number(), failures: z.number()}),
  failures: z.array(
    z.object({
      fullTitle: z.string(),
      file: z.string().optional(),
      err: z.object({message: z.string().optional(), stack: z.string().optional()}),
    }),
  ),
})

/** A JSON report of Jest or Vitest, which share a format, or of Mocha; `undefined` for anything else. */
export function parseNodeJsonReport(text: string): TestCounts | undefined {
  const json = parse(text)
  const jest = jestSchema.safeParse(json)
  if (jest.success) return fromJest(jest.data)
  const mocha = mochaSchema.safeParse(json)
  return mocha.success ? fromMocha(mocha.data) : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A runner that was killed may have left half of it; its text is read then.
    return undefined
  }
}

function fromJest({openHandles, testResults}: z.output<typeof jestSchema>): TestCounts {
  const all = testResults.flatMap(({assertionResults}) => assertionResults)
  return {
    runners: [openHandles ? 'jest' : 'vitest'],
    executed: all.filter(({status}) => status === 'passed' || status === 'failed').length,
    failures: testResults.flatMap((result) => [...failuresOf(result), ...unloaded(result)]),
  }
}

function failuresOf({name, assertionResults}: FileResult): readonly TestFailure[] {
  return assertionResults
    .filter(({status}) => status === 'failed')
    .map(({fullName, failureMessages}) => {
      const stack = failureMessages?.join('\n') ?? ''
      return {name: `${name} > ${fullName}`, message: beforeStack(stack), file: name, line: lineIn(stack, name)}
    })
}

/** A file that cannot be loaded has no test, and a message instead. */
function unloaded({name, status, message, assertionResults}: FileResult): readonly TestFailure[] {
  if (status !== 'failed' || assertionResults.some((result) => result.status === 'failed')) return []
  const text = (message ?? '').replace(/^\s*● Test suite failed to run\s*/, '')
  return [{name, message: beforeStack(text) || 'The file cannot be loaded.', file: name, line: lineIn(text, name), isBuild: true}]
}

function fromMocha({stats, failures}: z.output<typeof mochaSchema>): TestCounts {
  return {
    runners: ['mocha'],
    executed: stats.passes + stats.failures,
    failures: failures.map(({fullTitle, file, err}) => {
      const name = file === undefined ? fullTitle : `${file} > ${fullTitle}`
      const line = file === undefined ? undefined : lineIn(err.stack ?? '', file)
      return {name, message: err.message ?? 'failed.', file, line}
    }),
  }
}

/** The message alone, without the code that some runners quote below it. */
function beforeStack(text: string): string {
  return (text.split(/^\s+at /m)[0] ?? '').split(/\n\s*\n\s*>? *\d+ \|/)[0]?.trim() ?? ''
}

/** The line of the test's own file says more to its reader than the one in a library. Mocha shortens paths. */
function lineIn(stack: string, file: string): number | undefined {
  const frames = [...stack.matchAll(/(?:^|[\s(])(?:file:\/\/)?([^\s()]+?):(\d+):\d+\)?$/gm)]
  const own = frames.find(([, path = '']) => path === file || file.endsWith(`/${path}`))
  return own && Number(own[2])
}
