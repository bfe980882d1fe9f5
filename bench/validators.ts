import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {median, type Measurement} from './measure.ts'

/**
 * What the validators cost beyond the tools that they start: `conduct validate` with those that start none, on a
 * repository of many files, against `git grep`, which reads every file once.
 */

const BIN = fileURLToPath(new URL('../bin/conduct.js', import.meta.url))
const VALIDATORS = ['files', 'imports', 'test-integrity', 'todo']
const FILES_A_FOLDER = 50

export interface ValidatorsOptions {
  readonly files: number
  /** Of these, changed since the base. */
  readonly changed: number
  readonly runs: number
}

/** What a task changed, as in a run; and everything, as without a base. */
export function measureValidators({files, changed, runs}: ValidatorsOptions): readonly Measurement[] {
  const root = makeRepository(files, changed)
  try {
    return [
      measure(`validate ${changed} of ${files} files`, root, ['--since', 'HEAD~1'], runs),
      // Takes a minute or more: once is enough.
      measure(`validate ${files} files`, root, [], 1),
    ]
  } finally {
    rmSync(dirname(root), {recursive: true, force: true})
  }
}

function measure(name: string, root: string, flags: readonly string[], runs: number): Measurement {
  const pairs = Array.from({length: runs}, () => ({grep: timeGrep(root), start: timeStart(root), validate: runValidate(root, flags)}))
  const middle = (pick: (pair: (typeof pairs)[number]) => number) => Math.round(median(pairs.map(pick)))
  const verdicts = VALIDATORS.map((validator) => [validator, middle(({validate}) => validate.durations.get(validator) ?? 0)] as const)
  const total = {
    total_ms: middle(({validate}) => validate.ms),
    start_ms: middle(({start}) => start),
    peak_mb: middle(({validate}) => validate.peakMb),
  }
  const ratio = median(pairs.map(({grep, validate}) => validate.ms / grep))
  return {name, ratio, details: {...total, ...Object.fromEntries(verdicts.map(([validator, ms]) => [`${validator}_ms`, ms]))}}
}

function makeRepository(files: number, changed: number): string {
  const root = join(mkdtempSync(join(tmpdir(), 'conduct-bench-')), 'project')
  mkdirSync(root)
  const git = (...args: string[]) => execFileSync('git', args, {cwd: root})
  git('init', '-q', '-b', 'main')
  git('config', 'user.name', 'Bench')
  git('config', 'user.email', 'bench@localhost')
  writeFileSync(join(root, 'package.json'), '{"type": "module"}\n')
  for (let index = 0; index < files; index += 1) writeSource(root, index, 1)
  git('add', '-A')
  git('commit', '-qm', 'Start')
  for (let index = 0; index < changed; index += 1) writeSource(root, index * Math.floor(files / changed), 2)
  git('commit', '-qam', 'Change')
  return root
}

/** Half JavaScript, half Python; each tenth file is a test of its neighbour. */
function writeSource(root: string, index: number, version: number): void {
  const folder = join(root, `part${Math.floor(index / FILES_A_FOLDER)}`)
  const isTest = index % 10 === 1
  const neighbour = index - 1
  mkdirSync(folder, {recursive: true})
  if (Math.floor(index / FILES_A_FOLDER) % 2 === 0) {
    writeFileSync(join(folder, isTest ? `m${index}.test.js` : `m${index}.js`), isTest ? jsTest(neighbour) : jsModule(index, version))
  } else {
    writeFileSync(join(folder, isTest ? `test_m${index}.py` : `m${index}.py`), isTest ? pyTest(neighbour) : pyModule(index, version))
  }
}

const jsModule = (index: number, version: number) =>
  [
    "import {join} from 'node:path'",
    `/** Number ${index}. */`,
    ...Array.from({length: 8}, (_, n) =>
      [
        `export function f${n}(value, more = {}) {`,
        `  // Adds ${n}, and says so.`,
        `  const sum = value + ${n * version}`,
        "  return more.text ? join(String(sum), 'text') : sum",
        '}',
      ].join('\n'),
    ),
    '',
  ].join('\n')

const jsTest = (index: number) =>
  [
    "import {test} from 'node:test'",
    "import {equal} from 'node:assert/strict'",
    `import {f0} from './m${index}.js'`,
    ...Array.from({length: 6}, (_, n) => `test('adds ${n}', () => {\n  equal(f0(${n}), ${n})\n})`),
    '',
  ].join('\n')

const pyModule = (index: number, version: number) =>
  [
    'import os',
    `"""Number ${index}."""`,
    ...Array.from(
      {length: 8},
      (_, n) =>
        `def f${n}(value, more=None):\n    # Adds ${n}, and says so.\n    total = value + ${n * version}\n    return os.path.join(str(total), 'text') if more else total\n`,
    ),
  ].join('\n')

const pyTest = (index: number) =>
  ['from . import m' + index, ...Array.from({length: 6}, (_, n) => `def test_adds_${n}():\n    assert m${index}.f0(${n}) == ${n}\n`)].join(
    '\n',
  )

function timeGrep(cwd: string): number {
  const begun = performance.now()
  spawnSync('git', ['grep', '--count', 'value'], {cwd, stdio: 'ignore'})
  return performance.now() - begun
}

function timeStart(cwd: string): number {
  const begun = performance.now()
  spawnSync(process.execPath, [BIN, 'validate', '--help'], {cwd, stdio: 'ignore'})
  return performance.now() - begun
}

interface Validated {
  readonly ms: number
  readonly peakMb: number
  /** Of each validator, in milliseconds. */
  readonly durations: ReadonlyMap<string, number>
}

function runValidate(root: string, flags: readonly string[]): Validated {
  const peakFile = join(dirname(root), 'peak')
  const watch = ['--import', new URL('peak-memory.mjs', import.meta.url).href]
  const begun = performance.now()
  const {stdout, stderr} = spawnSync(process.execPath, [...watch, BIN, 'validate', ...VALIDATORS, ...flags, '--json'], {
    cwd: root,
    encoding: 'utf8',
    env: {...process.env, CONDUCT_STATE_DIR: join(dirname(root), 'state'), PEAK_MEMORY_FILE: peakFile},
    maxBuffer: 256 * 1024 * 1024,
  })
  const ms = performance.now() - begun
  const {passed, verdicts} = JSON.parse(stdout) as {
    passed: boolean
    verdicts: {validator: string; duration_ms: number; findings: unknown[]}[]
  }
  if (!passed) throw new Error(`The bench repository has findings: ${JSON.stringify(verdicts).slice(0, 2000)} ${stderr}`)
  const durations = new Map(verdicts.map(({validator, duration_ms: duration}) => [validator, duration]))
  return {ms, peakMb: Math.round(Number(readFileSync(peakFile, 'utf8')) / 1024), durations}
}
