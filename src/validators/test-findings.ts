import {existsSync} from 'node:fs'
import {isAbsolute, join, relative, sep} from 'node:path'
import {fileURLToPath} from 'node:url'
import {stripVTControlCharacters} from 'node:util'
import type {TestFailure} from './runner-formats.ts'
import type {TestRun} from './test-run.ts'
import type {Finding} from './validator.ts'

const MAX_LINES = 5
const MAX_CHARACTERS = 500
const MAX_FINDINGS = 50
const TAIL_LINES = 20

interface Tree {
  readonly cwd: string
  readonly files: readonly string[]
}

/**
 * One finding a failing test, those that are new first, as many as anybody reads; the end of the output when a command
 * failed and named none, or ran out of time.
 */
export function findingsOf(run: TestRun, tree: Tree, isOld: (failure: TestFailure) => boolean = () => false): readonly Finding[] {
  const {failures} = run
  const isUnexplained = run.timedOut || (failures.length === 0 && run.exitCode !== 0)
  const unnamed = isUnexplained ? [{message: `${endOf(run)}\n${tail(run.output)}`.trimEnd()}] : []
  const sorted = failures.map((failure) => ({failure, old: isOld(failure)})).sort((one, other) => Number(one.old) - Number(other.old))
  const shown = sorted.slice(0, MAX_FINDINGS).map(({failure, old}) => ({...toFinding(failure, tree), ...(old ? {preExisting: true} : {})}))
  return [...unnamed, ...shown, ...countRest(sorted.slice(MAX_FINDINGS), run)]
}

function countRest(rest: readonly {readonly old: boolean}[], {logFile}: TestRun): readonly Finding[] {
  if (rest.length === 0) return []
  const count = rest.length.toLocaleString('en')
  // Sorted: when the first of them is old, all are.
  if (rest[0]?.old) return [{message: `${count} more tests failed, as they do on the base commit; see ${logFile}.`, preExisting: true}]
  return [{message: `${count} more tests failed; see ${logFile}.`}]
}

/** How a run ended, as a sentence. */
export function endOf({exitCode, timedOut, aborted, limitMs}: Pick<TestRun, 'exitCode' | 'timedOut' | 'aborted' | 'limitMs'>): string {
  if (timedOut) return `The command ran into its time limit of ${limitMs / 1000} s (limits.validation) and was stopped.`
  if (aborted) return 'The command was stopped.'
  return exitCode === null ? 'A signal ended the command.' : `The command exited with ${exitCode}.`
}

/** The first lines of a message: enough to act on, short enough for a prompt. */
export function shorten(message: string): string {
  const text = stripVTControlCharacters(message).trim().split('\n').slice(0, MAX_LINES).join('\n')
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text
}

function tail(output: string): string {
  const text = stripVTControlCharacters(output).trimEnd().split('\n').slice(-TAIL_LINES).join('\n')
  return text.slice(-MAX_CHARACTERS * 4)
}

function toFinding({name, message, file, line, isBuild}: TestFailure, tree: Tree): Finding {
  const place = file === undefined ? undefined : locate(file, tree)
  const said = shorten(message === '' ? 'failed.' : message)
  const what = isBuild ? {message: said} : {message: `${name}: ${said}`, test: name}
  return {...what, ...(place === undefined ? {} : {file: place, ...(line === undefined ? {} : {line})})}
}

/** A runner names files absolutely, or relative to the folder it ran in: the tree knows which one is meant. */
function locate(file: string, {cwd, files}: Tree): string | undefined {
  const path = file.startsWith('file://') ? fileURLToPath(file) : file
  if (isAbsolute(path)) {
    const inside = relative(cwd, path)
    return inside.startsWith('..') || isAbsolute(inside) ? undefined : inside.split(sep).join('/')
  }
  const plain = path.replace(/^\.\//, '')
  if (existsSync(join(cwd, plain))) return plain
  const candidates = files.filter((candidate) => candidate.endsWith(`/${plain}`))
  return candidates.length === 1 ? candidates[0] : undefined
}
