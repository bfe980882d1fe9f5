import {mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join, relative, resolve} from 'node:path'
import type {Criterion, Phase} from '../../src/spec/spec.ts'
import {validate, type Validation, type ValidationRequest} from '../../src/validators/engine.ts'
import {afterTest} from '../support/after-test.ts'

const BIN = resolve(import.meta.dirname, '../../node_modules/.bin')

/** The environment of the project's programs: the Node that runs the tests first, else this repository's own. */
export const ENV: Readonly<Record<string, string>> = {
  PATH: [dirname(process.execPath), BIN, process.env.PATH ?? ''].join(delimiter),
  HOME: process.env.HOME ?? tmpdir(),
  LANG: 'C.UTF-8',
}

/** A checkout in a temporary folder, which is removed after the test. */
export interface Checkout {
  readonly cwd: string
  readonly logDir: string
  readonly tree: ValidationRequest['tree']
}

/** @param base files of the base commit; without it there is none, and everything is new */
export async function createCheckout(files: Readonly<Record<string, string>>, base?: Readonly<Record<string, string>>): Promise<Checkout> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'conduct-validators-')))
  afterTest(() => rm(root, {recursive: true, force: true}))
  const cwd = join(root, 'tree')
  await mkdir(cwd)
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), {recursive: true})
    await writeFile(join(cwd, name), text)
  }
  const tracked = Object.keys(files).sort()
  return {
    cwd,
    logDir: join(root, 'logs'),
    tree: {
      files: tracked,
      changedFiles: tracked.filter((file) => base?.[file] === undefined || base[file] !== files[file]),
      addedLines: async (file) => addedLines(base?.[file] ?? '', await readFile(join(cwd, file), 'utf8')),
      readText: (file) => readFile(join(cwd, file), 'utf8').catch(() => undefined),
      ...(base ? {baseFiles: Object.keys(base).sort()} : {}),
      baseText: async (file) => base?.[file],
    },
  }
}

/** Lines that the other text does not have. Tests with trees of real commits are in `test/git`. */
function addedLines(before: string, text: string): ReadonlySet<number> {
  const old = new Set(before.split('\n'))
  const lines = text.split('\n').map((line, index) => ({line, number: index + 1}))
  return new Set(lines.filter(({line}) => before === '' || !old.has(line)).map(({number}) => number))
}

/** Validates a checkout with sensible values for all that a test does not name. */
export function validateCheckout(checkout: Checkout, request: Partial<ValidationRequest>): Promise<Validation> {
  return validate({
    cwd: checkout.cwd,
    tree: checkout.tree,
    validators: [],
    limits: {validationMs: 60_000},
    env: ENV,
    marker: `validators/${crypto.randomUUID()}`,
    logDir: checkout.logDir,
    signal: new AbortController().signal,
    strict: false,
    now: () => 0,
    ...request,
  })
}

export function createPhase(phase: Partial<Phase>): Phase {
  return {
    index: 1,
    name: 'Phase 1: Base',
    title: 'Base',
    tasks: [],
    modules: [{name: 'base', slug: 'base', owns: []}],
    testCommand: 'test -d .',
    criteria: [],
    gotchas: [],
    files: [],
    dependsOn: [],
    allowTodo: false,
    line: 1,
    ...phase,
  }
}

/** A criterion as the spec's parser gives it; code spans are taken from its backticks. */
export function createCriterion(markdown: string, check?: string): Criterion {
  const code = [...markdown.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span)
  return {id: 'p1.c1', text: markdown.replaceAll('`', ''), code, line: 1, ...(check === undefined ? {} : {check})}
}

/** Name and time of every file below a folder: equal twice when nothing wrote there. */
export async function snapshot(cwd: string, ignored = /__pycache__|\.pytest_cache/): Promise<readonly string[]> {
  const entries = await readdir(cwd, {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const prints = await Promise.all(files.map(async (path) => `${relative(cwd, path)} ${(await stat(path)).mtimeMs}`))
  return prints.filter((print) => !ignored.test(print)).sort()
}
