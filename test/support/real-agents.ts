import {access, mkdir, symlink} from 'node:fs/promises'
import {delimiter, dirname, join, resolve} from 'node:path'
import type {AgentBackend, Probe} from '../../src/agents/agent.ts'
import {probeInput} from '../../src/agents/probe-input.ts'
import {launch, type LaunchChanges, type TestLaunch} from '../agents/support.ts'
import type {Scenario} from './model-server/scenario.ts'
import {startModel, type ModelServer} from './model-server/server.ts'
import {createProject, type Project} from './project.ts'
import {once} from './scope.ts'

const INSTALLED = resolve(import.meta.dirname, '../agents/node_modules')

/**
 * Where the programs lie that npm installs without running scripts. The names of their folders differ by platform; the first
 * that is there counts.
 */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  claude: platforms().map((platform) => `@anthropic-ai/claude-code-${platform}/claude`),
  codex: [`@openai/codex-${process.platform}-${process.arch}/vendor/${triple()}/bin/codex`],
  'codex-acp': ['@agentclientprotocol/codex-acp/dist/index.js'],
  gemini: ['@google/gemini-cli/bundle/gemini.js'],
  opencode: platforms().map((platform) => `opencode-${platform}/bin/opencode`),
}

/** Skips tests of what `npm ci --ignore-scripts --prefix test/agents` installs; in CI that is a failure, not a skip. */
export async function needsAgents(context: Mocha.Context): Promise<void> {
  once(context)
  if (await isThere(INSTALLED)) return
  if (process.env.CI === 'true') throw new Error('test/agents is not installed, and CI must run every test')
  context.skip()
}

/** A real agent's place of work: a git worktree of a project, a home that is nobody's, and a scripted model. */
export interface AgentBench {
  readonly project: Project
  /** Where the agent works: a worktree of `project` on the branch `work`. */
  readonly worktree: string
  /** `HOME` of the agent. */
  readonly home: string
  readonly model: ModelServer
  /** Launches a backend as a run does, with our own launcher. */
  launch(backend: AgentBackend, changes?: BenchChanges): Promise<TestLaunch>
  probe(backend: AgentBackend, options?: unknown, env?: Variables): Promise<Probe>
  /** Files in the worktree that git does not know in this form, as `git status --porcelain` prints them. */
  changes(): readonly string[]
  close(): Promise<void>
}

export type Variables = Readonly<Record<string, string>>

/** `env` are further variables of the host. */
export type BenchChanges = Omit<LaunchChanges, 'hostEnv'> & {readonly env?: Variables}

export interface BenchOptions {
  readonly scenarios: readonly Scenario[]
  /** Further variables of the host, such as the address of the model. */
  env?(model: ModelServer): Variables
  /** What is committed in the project. */
  readonly files?: Readonly<Record<string, string>>
}

/** Sets one up; must be closed. Paths in the scenarios are meant from the worktree. */
export async function openBench({scenarios, env = () => ({}), files = {'README.md': '# Bench\n'}}: BenchOptions): Promise<AgentBench> {
  const project = await createProject(files)
  const folder = dirname(project.root)
  const [worktree, home, tmp, bin] = [join(folder, 'worktree'), join(folder, 'home'), join(folder, 'tmp'), join(folder, 'bin')]
  for (const path of [home, tmp]) await mkdir(path)
  project.git('worktree', 'add', '--quiet', '-b', 'work', worktree)
  await linkAgents(bin)
  const model = await startModel(...scenarios.map((scenario) => ({cwd: worktree, ...scenario})))
  const pathVariable = [bin, dirname(process.execPath), process.env.PATH].join(delimiter)
  const hostEnv = {PATH: pathVariable, HOME: home, TMPDIR: tmp, ...env(model)}
  return {
    project,
    worktree,
    home,
    model,
    launch: (backend, {env: more, request, ...changes} = {}) =>
      launch(folder, backend, {...changes, hostEnv: {...hostEnv, ...more}, request: {cwd: worktree, projectDir: project.root, ...request}}),
    probe: (backend, options, more) =>
      backend.probe(probeInput({options, cwd: project.root, hostEnv: {...hostEnv, ...more}, allowEnv: []})),
    changes: () => project.git('-C', worktree, 'status', '--porcelain').split('\n').filter(Boolean),
    async close() {
      await model.close()
      await project.remove()
    },
  }
}

/** Puts the real agents into a folder for PATH, which is made when it is not there. */
export async function linkAgents(bin: string): Promise<void> {
  await mkdir(bin, {recursive: true})
  for (const name of Object.keys(PROGRAMS)) await linkProgram(name, bin)
}

/** As an install with scripts would put it on PATH. */
async function linkProgram(name: string, bin: string): Promise<void> {
  for (const candidate of PROGRAMS[name] ?? []) {
    const file = join(INSTALLED, candidate)
    if (await isThere(file)) return symlink(file, join(bin, name))
  }
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

function platforms(): readonly string[] {
  const platform = `${process.platform}-${process.arch}`
  return process.platform === 'linux' ? [platform, `${platform}-musl`] : [platform]
}

function triple(): string {
  const cpu = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
  return process.platform === 'darwin' ? `${cpu}-apple-darwin` : `${cpu}-unknown-linux-musl`
}
