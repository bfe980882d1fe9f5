import {readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {ConfigInput} from '../config/schema.ts'

/** Agent CLIs that are looked for, the first one found is used. */
export const AGENT_PROGRAMS = ['claude', 'codex', 'gemini', 'opencode'] as const

/** Validators that belong to one kind of project; all others suit any. */
const RUNNERS: ReadonlySet<string> = new Set(['npm-test', 'pytest', 'go-test'])

export interface Detected {
  readonly config: ConfigInput
  /** What was found and what follows from it, for people. */
  readonly notes: readonly string[]
}

export interface DetectOptions {
  /** Root of the repository. */
  readonly root: string
  readonly validators: readonly string[]
  readonly agents: readonly string[]
  which(program: string): Promise<string | undefined>
}

/** What a first configuration should say about a project. Reads only. */
export async function detectProject({root, validators, agents, which}: DetectOptions): Promise<Detected> {
  const files = new Set(await readdir(root))
  const runners = await detectRunners(root, files)
  const agent = await detectAgent(agents, which)
  const setup = detectSetup(files)
  const chosen = validators.filter((name) => !RUNNERS.has(name) || runners.has(name))
  const config: ConfigInput = {
    agents: {default: agent ?? 'command'},
    ...(chosen.length > 0 ? {validators: chosen} : {}),
    ...(setup.length > 0 ? {worktrees: {setup}} : {}),
  }
  const notes = [
    agent === undefined
      ? 'agent: none of the known ones is on PATH; name your program in `agents.backends.command.run`, for example ["my-agent", "--prompt-on-stdin"]'
      : `agent: ${agent}, found on PATH`,
    ...[...runners].map(([name, why]) => `validator: ${name}, because of ${why}`),
    ...setup.map((command) => `each worktree is set up with: ${command}`),
  ]
  return {config, notes}
}

async function detectAgent(agents: readonly string[], which: DetectOptions['which']): Promise<string | undefined> {
  for (const program of AGENT_PROGRAMS) {
    // A program without a backend that can drive it is of no use.
    if (agents.includes(program) && (await which(program)) !== undefined) return program
  }
  return undefined
}

async function detectRunners(root: string, files: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const runners = new Map<string, string>()
  if (files.has('package.json')) runners.set('npm-test', 'package.json')
  const pytest = await detectPytest(root, files)
  if (pytest !== undefined) runners.set('pytest', pytest)
  if (files.has('go.mod')) runners.set('go-test', 'go.mod')
  return runners
}

/** The places that pytest itself reads its configuration from, and the usual sign without one. */
async function detectPytest(root: string, files: ReadonlySet<string>): Promise<string | undefined> {
  const own = ['pytest.ini', '.pytest.ini', 'pytest.toml', 'conftest.py'].find((name) => files.has(name))
  if (own !== undefined) return own
  const sections = {'pyproject.toml': '[tool.pytest', 'setup.cfg': '[tool:pytest]', 'tox.ini': '[pytest]'}
  for (const [name, section] of Object.entries(sections)) {
    if (files.has(name) && (await readFile(join(root, name), 'utf8')).includes(section)) return name
  }
  const tests = files.has('tests') ? await readdir(join(root, 'tests')).catch(() => []) : []
  return tests.some((name) => /^test_.*\.py$/.test(name)) ? 'tests/' : undefined
}

function detectSetup(files: ReadonlySet<string>): string[] {
  if (files.has('package-lock.json')) return ['npm ci']
  return files.has('pnpm-lock.yaml') ? ['pnpm install --frozen-lockfile'] : []
}
