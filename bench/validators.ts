import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {median, type Aim, type Measurement} from './measure.ts'

/**
 * What the validators cost by themselves: the processor time of conduct's own process, user and system, in which that of
 * git, npm, linters and test runners is not counted; against `git grep`, which reads every file once. Wall time is shown
 * too, for all together: on a machine with other work it says little.
 */

const BIN = fileURLToPath(new URL('../bin/conduct.js', import.meta.url))
const OXLINT = fileURLToPath(new URL('../node_modules/.bin/oxlint', import.meta.url))
const OWN = ['files', 'imports', 'test-integrity', 'todo']
/** Passes at once: what remains is the cost of the command, and of the look at the tree. */
const NOTHING = './nothing.mjs'
/** Start a program, and wait for it. */
const WITH_TOOLS = ['lint', 'npm-test']
const PASS = "{status: 'pass', executed: 1, findings: []}"
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
  const small = makeRepository(2, 1)
  try {
    return [
      measureChanged(`validate ${changed} of ${files} files`, {root, small, runs}),
      // Takes a minute or more: once is enough.
      measureAll(`validate ${files} files`, root),
    ]
  } finally {
    for (const folder of [root, small]) rmSync(dirname(folder), {recursive: true, force: true})
  }
}

/** Clock time is without tools, and so without what `lint` and `npm-test` wait for. */
const AIMS: readonly Aim[] = [
  {of: 'own_cpu_ms', atMost: 1000},
  {of: 'own_wall_ms', atMost: 1000},
  {of: 'peak_mb', atMost: 200},
]

interface Places {
  readonly root: string
  /** Of two files: what remains of the cost there is that of the command. */
  readonly small: string
  readonly runs: number
}

/** Each validator alone, less what one costs that does nothing; and all together, less the start. */
function measureChanged(name: string, {root, small, runs}: Places): Measurement {
  const since = ['--since', 'HEAD~1']
  const rounds = Array.from({length: runs}, () => ({
    grep: timeGrep(root),
    start: validate(small, [NOTHING], since),
    tree: validate(root, [NOTHING], since),
    alone: new Map([...OWN.slice(1), ...WITH_TOOLS].map((validator) => [validator, validate(root, [validator], since)])),
    all: validate(root, [...OWN, ...WITH_TOOLS], since),
    own: validate(root, OWN, since),
  }))
  const middle = (pick: (round: (typeof rounds)[number]) => number) => Math.round(median(rounds.map(pick)))
  const alone = [...(rounds[0]?.alone.keys() ?? [])].map((validator) => [
    `${validator}_cpu_ms`,
    middle(({alone: costs, tree}) => (costs.get(validator)?.cpuMs ?? 0) - tree.cpuMs),
  ])
  const details = {
    own_cpu_ms: middle(({all, start}) => all.cpuMs - start.cpuMs),
    own_wall_ms: middle(({own, start}) => own.wallMs - start.wallMs),
    tree_cpu_ms: middle(({tree, start}) => tree.cpuMs - start.cpuMs),
    ...Object.fromEntries(alone),
    start_cpu_ms: middle(({start}) => start.cpuMs),
    start_wall_ms: middle(({start}) => start.wallMs),
    peak_mb: middle(({all}) => all.peakMb),
  }
  return {name, ratio: median(rounds.map(({grep, all, start}) => (all.cpuMs - start.cpuMs) / grep)), details, aims: AIMS}
}

function measureAll(name: string, root: string): Measurement {
  const {cpuMs, wallMs, peakMb} = validate(root, OWN, [])
  return {name, ratio: wallMs / timeGrep(root), details: {cpu_ms: Math.round(cpuMs), wall_ms: Math.round(wallMs), peak_mb: peakMb}}
}

function makeRepository(files: number, changed: number): string {
  const root = join(mkdtempSync(join(tmpdir(), 'conduct-bench-')), 'project')
  mkdirSync(root)
  const git = (...args: string[]) => execFileSync('git', args, {cwd: root})
  git('init', '-q', '-b', 'main')
  git('config', 'user.name', 'Bench')
  git('config', 'user.email', 'bench@localhost')
  writeFileSync(join(root, 'package.json'), '{"type": "module", "scripts": {"test": "node --test part0/m1.test.js"}}\n')
  writeFileSync(join(root, '.oxlintrc.json'), '{}\n')
  writeFileSync(join(root, NOTHING), `export default {name: 'nothing', applies: () => true, run: async () => (${PASS})}\n`)
  writeFileSync(join(root, '.gitignore'), 'node_modules\n')
  mkdirSync(join(root, 'node_modules/.bin'), {recursive: true})
  symlinkSync(OXLINT, join(root, 'node_modules/.bin/oxlint'))
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

interface Cost {
  /** User and system time of the process, without what it started. */
  readonly cpuMs: number
  readonly wallMs: number
  readonly peakMb: number
}

function validate(root: string, validators: readonly string[], flags: readonly string[]): Cost {
  const costFile = join(dirname(root), 'cost')
  const watch = ['--import', new URL('own-cost.mjs', import.meta.url).href]
  const begun = performance.now()
  const {stdout, stderr} = spawnSync(process.execPath, [...watch, BIN, 'validate', ...validators, ...flags, '--json'], {
    cwd: root,
    encoding: 'utf8',
    env: {...process.env, CONDUCT_STATE_DIR: join(dirname(root), 'state'), OWN_COST_FILE: costFile},
    maxBuffer: 256 * 1024 * 1024,
  })
  const wallMs = performance.now() - begun
  const {verdicts} = JSON.parse(stdout) as {verdicts: {validator: string; status: string; findings: unknown[]}[]}
  const bad = verdicts.filter(({status}) => status === 'fail')
  if (bad.length > 0) throw new Error(`The bench repository has findings: ${JSON.stringify(bad).slice(0, 2000)} ${stderr}`)
  const {cpu_ms: cpuMs, peak_mb: peakMb} = JSON.parse(readFileSync(costFile, 'utf8')) as {cpu_ms: number; peak_mb: number}
  return {cpuMs, wallMs, peakMb}
}
