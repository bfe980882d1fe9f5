import {parseSource, type SourceTree} from '@conduct-cli/source'
import type {ValidatorInput} from 'conduct-cli/plugin'
import {readPatterns} from './commands.ts'
import type {TestCase} from './test-case.ts'
import {isForeign, isTestFile} from './test-files.ts'
import {testsOf} from './tests-of.ts'

/** A file as it is on one side. */
export interface FileSide {
  readonly file: string
  readonly text: string
  /** Parsed when it is asked for; `undefined` for what is no source. */
  readonly source: SourceTree | undefined
  /** A runner finds it. */
  readonly isTest: boolean
  /** Empty unless a runner finds the file. */
  readonly tests: readonly TestCase[]
}

/** A file that the work changed, added (no base) or removed (no head). */
export interface Change {
  readonly file: string
  readonly base: FileSide | undefined
  readonly head: FileSide | undefined
  readonly isRemoved: boolean
  /** Lines (from 1) that the base does not have. */
  readonly added: ReadonlySet<number>
}

/** The work under validation beside what it began from; only what changed is read. */
export interface Comparison {
  readonly changes: readonly Change[]
  readonly files: readonly string[]
  readonly baseFiles: readonly string[]
  readonly phase: ValidatorInput['phase']
  readonly specText: string | undefined
  /** Patterns that test commands of either side name. */
  readonly patterns: readonly string[]
  readText(file: string): Promise<string | undefined>
}

/** Reads both sides of what changed, in the order of file names. */
export async function compare(input: ValidatorInput): Promise<Comparison> {
  const baseFiles = input.baseFiles ?? []
  const present = new Set(input.files)
  const removed = baseFiles.filter((file) => !present.has(file))
  const patterns = await readPatterns(input)
  const changes: Change[] = []
  for (const file of [...input.changedFiles.filter((each) => present.has(each)), ...removed].sort()) {
    input.signal.throwIfAborted()
    const [headText, baseText] = [present.has(file) ? await input.readText(file) : undefined, await input.baseText(file)]
    const isRemoved = !present.has(file)
    const added = headText === undefined ? new Set<number>() : await input.addedLines(file)
    changes.push({file, base: toSide(file, baseText, patterns), head: toSide(file, headText, patterns), isRemoved, added})
  }
  const {files, phase, specText, readText} = input
  return {changes, files, baseFiles, phase, specText, patterns, readText}
}

function toSide(file: string, text: string | undefined, patterns: readonly string[]): FileSide | undefined {
  if (text === undefined) return undefined
  const source = once(() => (isForeign(file, text) ? undefined : parseSource(file, text)))
  const isTest = isTestFile(file, patterns) && source()?.tree !== undefined
  const tests = isTest ? source() : undefined
  return {
    file,
    text,
    isTest,
    tests: tests ? testsOf(tests) : [],
    get source() {
      return source()
    },
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: {readonly value: Value} | undefined
  return () => (made ??= {value: make()}).value
}
