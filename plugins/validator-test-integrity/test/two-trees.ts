import type {Finding, ValidatorInput, Verdict} from 'conduct-cli/plugin'
import {testIntegrityValidator} from '../src/test-integrity-validator.ts'

export type Files = Readonly<Record<string, string>>

/** Judges the second tree against the first. */
export async function judge(base: Files, head: Files, more: Partial<ValidatorInput> = {}): Promise<Verdict> {
  return testIntegrityValidator.run({...inputOf(base, head), ...more})
}

/** `file:line message` of each finding. */
export async function complaints(base: Files, head: Files, more: Partial<ValidatorInput> = {}): Promise<readonly string[]> {
  return (await judge(base, head, more)).findings.map(toLine)
}

export const toLine = ({file = '', line, message}: Finding): string => `${file}${line === undefined ? '' : `:${line}`} ${message}`

export function inputOf(base: Files, head: Files): ValidatorInput {
  const files = Object.keys(head).sort()
  const refuse = () => Promise.reject(new Error('test-integrity starts no program'))
  return {
    cwd: '/nowhere',
    files,
    changedFiles: files.filter((file) => base[file] !== head[file]),
    addedLines: async (file) => addedLines(base[file], head[file] ?? ''),
    readText: async (file) => head[file],
    baseFiles: Object.keys(base).sort(),
    baseText: async (file) => base[file],
    options: undefined,
    signal: new AbortController().signal,
    exec: refuse,
    runTests: refuse,
  }
}

function addedLines(before: string | undefined, text: string): ReadonlySet<number> {
  const left = new Map<string, number>()
  for (const line of before?.split('\n') ?? []) left.set(line, (left.get(line) ?? 0) + 1)
  const added = new Set<number>()
  for (const [index, line] of text.split('\n').entries()) {
    const count = left.get(line) ?? 0
    if (count === 0) added.add(index + 1)
    left.set(line, count - 1)
  }
  return added
}
