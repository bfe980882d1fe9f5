import assert from 'node:assert/strict'
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

/** What becomes of one file: other text in it, a part of it replaced, or gone. */
export type Edit = string | readonly (readonly [part: string, by: string])[] | null

/** A tree after some edits; a part that is not there is a mistake of the test. */
export function edited(base: Files, edits: Readonly<Record<string, Edit>>): Files {
  const files: Record<string, string> = {...base}
  for (const [file, edit] of Object.entries(edits)) {
    if (edit === null) delete files[file]
    else if (typeof edit === 'string') files[file] = edit
    else files[file] = edit.reduce((text, [part, by]) => replaced(text, part, by), files[file] ?? '')
  }
  return files
}

function replaced(text: string, part: string, by: string): string {
  if (!text.includes(part)) throw new Error(`the file has no ${JSON.stringify(part)}`)
  return text.replace(part, () => by)
}

export interface Case {
  readonly name: string
  readonly edits: Readonly<Record<string, Edit>>
  /** Further files of the base. */
  readonly base?: Files
  readonly spec?: string
}

export interface Lie extends Case {
  /** Of one `file:line message`, when there is a line. */
  readonly says: RegExp
}

/** One test a lie: it is found, and said in one finding at the place. One test an honest twin: nothing is found. */
export function describeCases(subject: string, tree: Files, lies: readonly Lie[], honest: readonly Case[]): void {
  describe(`test-integrity in ${subject}`, () => {
    for (const {says, ...lie} of lies) {
      it(`finds: ${lie.name}`, async () => {
        const found = await ask(tree, lie)
        assert.equal(found.length, 1, found.join('\n'))
        assert.match(found[0] ?? '', says)
      })
    }
    for (const twin of honest) {
      it(`lets pass: ${twin.name}`, async () => assert.deepEqual(await ask(tree, twin), []))
    }
  })
}

function ask(tree: Files, {edits, base = {}, spec}: Case): Promise<readonly string[]> {
  const before = {...tree, ...base}
  return complaints(before, edited(before, edits), spec === undefined ? {} : {specText: spec, phase: PHASE})
}

const PHASE = {name: 'Phase 1: Base', files: [], allowTodo: false, testCommand: ''}
