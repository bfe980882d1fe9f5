import {readFile} from 'node:fs/promises'
import {isAbsolute, posix, relative, resolve, sep} from 'node:path'
import type {ExecResult, Finding, MissingTool, Validator, ValidatorInput, Verdict} from 'conduct-cli/plugin'
import {blame} from './blame.ts'
import type {Linter, Problem, Unit} from './linter.ts'
import {biome} from './linters/biome.ts'
import {eslint, eslintLegacy} from './linters/eslint.ts'
import {golangciLint, goVet} from './linters/go.ts'
import {oxlint} from './linters/oxlint.ts'
import {flake8, ruff} from './linters/python.ts'

const LINTERS: readonly Linter[] = [ruff, flake8, golangciLint, goVet, eslint, eslintLegacy, biome, oxlint]

/** Runs the linters that the project configures on what was changed, and blames the lines that were added. */
export const lintValidator: Validator = {
  name: 'lint',
  applies: async (input) => (await planAll(input)).length > 0,
  run: runLinters,
}

interface Job {
  readonly linter: Linter
  readonly unit: Unit
}

/** What one run of a linter came to. */
interface Outcome {
  readonly problems: readonly Problem[]
  readonly failure?: Finding
  readonly missing?: MissingTool
}

async function planAll(input: ValidatorInput): Promise<readonly Job[]> {
  const plans = await Promise.all(LINTERS.map(async (linter) => (await linter.plan(input)).map((unit) => ({linter, unit}))))
  return plans.flat()
}

async function runLinters(input: ValidatorInput): Promise<Verdict> {
  const jobs = await planAll(input)
  const warningsCount = await treatsWarningsAsErrors(input)
  const outcomes: Outcome[] = []
  for (const job of jobs) outcomes.push(await runJob(input, job, warningsCount))
  const missing = outcomes.flatMap((outcome) => (outcome.missing ? [outcome.missing] : []))
  const failures = outcomes.flatMap(({failure}) => (failure ? [failure] : []))
  const findings = await blame(
    input,
    outcomes.flatMap(({problems}) => problems),
  )
  const isClean = failures.length === 0 && findings.every(({preExisting}) => preExisting)
  return {
    status: isClean ? 'pass' : 'fail',
    executed: jobs.reduce((total, {unit}) => total + unit.files.length, 0),
    findings: [...failures, ...findings],
    evidence: evidenceOf(jobs),
    ...(missing.length > 0 ? {missing} : {}),
  }
}

function evidenceOf(jobs: readonly Job[]): string {
  const names = [...new Set(jobs.map(({linter}) => linter.name))]
  const counts = names.map((name) => {
    const files = jobs.filter(({linter}) => linter.name === name).reduce((total, {unit}) => total + unit.files.length, 0)
    return `${name} on ${files} changed ${files === 1 ? 'file' : 'files'}`
  })
  return `${counts.join(', ')}.`
}

/** `--max-warnings 0` and the like in a script of package.json. */
async function treatsWarningsAsErrors({files, readText}: ValidatorInput): Promise<boolean> {
  const text = files.includes('package.json') ? ((await readText('package.json')) ?? '') : ''
  return /--max-warnings[= ]0\b|--deny-warnings\b|--error-on-warnings\b/.test(text)
}

/** Command lines have an end, and what is kept of an output has one too. */
const FILES_A_RUN = 200

async function runJob(input: ValidatorInput, {linter, unit}: Job, warningsCount: boolean): Promise<Outcome> {
  const located = await linter.locate(input, unit)
  if ('missing' in located) return {problems: [], missing: located.missing}
  const problems: Problem[] = []
  for (let begin = 0; begin < unit.files.length; begin += FILES_A_RUN) {
    const part = {...unit, files: unit.files.slice(begin, begin + FILES_A_RUN)}
    const result = await runIn(input, unit.dir, [...located.argv, ...linter.args(part)], linter.env)
    const found = linter.parse({exitCode: result.exitCode, stderr: result.stderr, stdout: await wholeOutput(result), warningsCount})
    if (found === undefined) return {problems, failure: {message: complaint(linter, unit, result)}}
    problems.push(...found.map((problem) => ({...problem, file: inTree(input.cwd, unit.dir, problem.file), rule: ruleOf(linter, problem)})))
  }
  return {problems}
}

function runIn({exec}: ValidatorInput, dir: string, argv: readonly string[], env: Linter['env'] = {}): Promise<ExecResult> {
  const plain = {NO_COLOR: '1', FORCE_COLOR: '0', PYTHONDONTWRITEBYTECODE: '1', ...env}
  return exec(dir === '.' ? argv : ['sh', '-c', 'cd -- "$1" && shift && exec "$@"', 'sh', `./${dir}`, ...argv], {env: plain})
}

const KEPT_BYTES = 1024 * 1024

/** Only the end of a large output is handed over; the log has all of it, with the other stream in between. */
async function wholeOutput({stdout, stderr, logFile}: ExecResult): Promise<string> {
  return stdout.length < KEPT_BYTES || stderr !== '' ? stdout : readFile(logFile, 'utf8')
}

function inTree(cwd: string, dir: string, file: string): string {
  const path = relative(cwd, isAbsolute(file) ? file : resolve(cwd, dir, file))
  return path.split(sep).join('/')
}

function ruleOf({name}: Linter, {rule}: Problem): string {
  return rule === undefined ? name : `${name} ${rule}`
}

const SHOWN_LINES = 6

/** A linter that crashes, or whose configuration is wrong, has not looked. */
function complaint({name}: Linter, {dir}: Unit, {exitCode, timedOut, error, stdout, stderr}: ExecResult): string {
  const how = timedOut ? 'ran into its time limit' : (error ?? `exited with ${exitCode ?? 'a signal'}`)
  const said = (stderr.trim() === '' ? stdout : stderr).split('\n').filter((line) => line.trim() !== '')
  const place = dir === '.' ? '' : ` in ${posix.normalize(dir)}`
  return [`${name} could not check anything${place}: it ${how}.`, ...said.slice(0, SHOWN_LINES)].join('\n').slice(0, 800)
}
