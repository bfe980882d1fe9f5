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

/** One finding a failing test; the end of the output when a command failed and named none. */
export function findingsOf(run: TestRun, tree: {readonly cwd: string; readonly files: readonly string[]}): readonly Finding[] {
  const named = run.failures.map((failure) => toFinding(failure, tree))
  if (named.length > MAX_FINDINGS) {
    const rest = named.length - MAX_FINDINGS
    return [...named.slice(0, MAX_FINDINGS), {message: `${rest} more tests failed; see ${run.logFile}.`}]
  }
  if (named.length > 0 || run.exitCode === 0) return named
  return [{message: `${endOf(run)}\n${tail(run.output)}`.trimEnd()}]
}

/** How a run ended, as a sentence. */
export function endOf({exitCode, timedOut, aborted}: TestRun): string {
  if (timedOut) return 'The command ran into its time limit and was stopped.'
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

function toFinding(
  {name, message, file, line, isBuild}: TestFailure,
  tree: {readonly cwd: string; readonly files: readonly string[]},
): Finding {
  const place = file === undefined ? undefined : locate(file, tree)
  const said = shorten(message === '' ? 'failed.' : message)
  const what = isBuild ? {message: said} : {message: `${name}: ${said}`, test: name}
  return {...what, ...(place === undefined ? {} : {file: place, ...(line === undefined ? {} : {line})})}
}

/** A runner names files absolutely, or relative to the folder it ran in: the tree knows which one is meant. */
function locate(file: string, {cwd, files}: {readonly cwd: string; readonly files: readonly string[]}): string | undefined {
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
