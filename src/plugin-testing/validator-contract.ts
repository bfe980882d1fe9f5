import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import {tmpdir} from 'node:os'
import {dirname, join, delimiter} from 'node:path'
import type {NamedVerdict} from '../events.ts'
import type {Phase} from '../spec/spec.ts'
import {validate, type ValidationRequest} from '../validators/engine.ts'
import {createValidatorRegistry} from '../validators/registry.ts'
import {linesNotIn, printFolder, withFolder, writeFiles} from './folders.ts'
import type {Files, TestRunner, ValidatorUnderTest} from './types.ts'

/** The tests every validator must pass. See `types.ts`. */
export function validatorContract(subject: ValidatorUnderTest, {describe, it}: TestRunner = globalThis as unknown as TestRunner): void {
  const {validator, nothing, good, bad} = subject
  // Each in a folder of its own, as conduct makes a checkout for each validation.
  const ask = (files: Files, signal?: AbortSignal) => withFolder((folder) => askIn(folder, files, subject, signal))

  describe(`${validator.name} as a Validator`, () => {
    it('has what the registry asks for', async () => {
      const registry = createValidatorRegistry()
      registry.add(validator, 'The plugin')
      assert.deepEqual(registry.names(), [validator.name])
    })

    it('is skipped where it has nothing to check', async () => {
      const {status, findings} = (await ask(nothing)).verdict
      assert.deepEqual([status, findings], ['skip', []])
    })

    it('passes a good tree, and says how much it checked', async () => {
      const {verdict} = await ask(good)
      assert.equal(verdict.status, 'pass', JSON.stringify(verdict))
      assert.notEqual(verdict.executed, 0)
      assert.notEqual(verdict.evidence, '', 'a verdict has evidence: what was looked at')
    })

    it('fails a bad tree, with findings that say what and where', async () => {
      const {verdict} = await ask(bad)
      assert.equal(verdict.status, 'fail')
      assert.ok(verdict.findings.length > 0)
      for (const finding of verdict.findings) assertFinding(finding)
    })

    it('gives the same verdict for the same tree', async () => {
      const [first, second] = [(await ask(bad)).verdict, (await ask(bad)).verdict]
      assert.deepEqual([second.status, second.executed, second.findings], [first.status, first.executed, first.findings])
    })

    it('changes nothing in the tree', async () => {
      const {before, after} = await ask(good)
      assert.deepEqual(after, before)
    })

    it('settles when it is stopped', async () => {
      assert.equal((await ask(good, AbortSignal.abort())).verdict.validator, validator.name)
    })
  })
}

function assertFinding({message, file, line}: NamedVerdict['findings'][number]): void {
  assert.notEqual(message.trim(), '')
  if (file !== undefined) assert.ok(!file.startsWith('/'), `${file} is relative to the tree`)
  if (line !== undefined) assert.ok(line >= 1)
}

interface Answer {
  readonly verdict: NamedVerdict
  /** Prints of the tree. */
  readonly before: readonly string[]
  readonly after: readonly string[]
}

async function askIn(folder: string, files: Files, subject: ValidatorUnderTest, signal = new AbortController().signal): Promise<Answer> {
  const {validator, options, phase, base} = subject
  const cwd = join(folder, 'tree')
  await writeFiles(cwd, files)
  const before = await printFolder(cwd)
  const {verdicts} = await validate({
    cwd,
    tree: treeOf(files, base),
    ...(phase ? {phase: phaseOf(phase)} : {}),
    validators: [{validator, options}],
    limits: {validationMs: 60_000},
    env: environment(),
    marker: `plugin-testing/${randomUUID()}`,
    logDir: join(folder, 'logs'),
    signal,
    strict: false,
    now: () => performance.now(),
  })
  const verdict = verdicts.find((candidate) => candidate.validator === validator.name)
  assert.ok(verdict)
  return {verdict, before, after: await printFolder(cwd)}
}

function treeOf(files: Files, base: Files | undefined): ValidationRequest['tree'] {
  const names = Object.keys(files).sort()
  return {
    files: names,
    changedFiles: names.filter((file) => base?.[file] !== files[file]),
    addedLines: async (file) => linesNotIn(base?.[file], files[file] ?? ''),
    readText: async (file) => files[file],
    ...(base ? {baseFiles: Object.keys(base).sort()} : {}),
    baseText: async (file) => base?.[file],
  }
}

function phaseOf(phase: NonNullable<ValidatorUnderTest['phase']>): Phase {
  return {
    index: 1,
    name: 'Phase 1: Test',
    title: 'Test',
    tasks: [],
    modules: [{name: 'test', slug: 'test', owns: []}],
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

/** The Node that runs the tests comes first. */
function environment(): Readonly<Record<string, string>> {
  const {PATH = '', HOME = tmpdir()} = process.env
  return {PATH: [dirname(process.execPath), PATH].join(delimiter), HOME, LANG: 'C.UTF-8'}
}
