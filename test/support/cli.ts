import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {executableUnderTest} from './executable.ts'
import type {Project} from './project.ts'

const BIN = fileURLToPath(new URL('../../bin/conduct.js', import.meta.url))

export interface CliResult {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** stdout parsed as JSON. */
  json<T>(): T
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Flags for the runtime, before the entry. */
  readonly execArgv?: readonly string[]
}

/** A running `conduct`: the built one, as a user has it. */
export interface RunningCli {
  readonly child: ChildProcess
  readonly done: Promise<CliResult>
}

/** Starts the built CLI in a project, on the runtime that runs the tests. */
export function startCli(project: Pick<Project, 'root' | 'stateDir'>, args: readonly string[], options: CliOptions = {}): RunningCli {
  const [program = '', ...given] = cliArgv(options.execArgv)
  // The executable has no flags of the runtime.
  const nodeOptions = executableUnderTest() && options.execArgv ? {NODE_OPTIONS: options.execArgv.join(' ')} : {}
  const child = spawn(program, [...given, ...args], {
    cwd: options.cwd ?? project.root,
    env: {...cleanEnv(), CONDUCT_STATE_DIR: project.stateDir, ...nodeOptions, ...options.env},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return {child, done: collect(child)}
}

/** Starts a command that is talked to: its three pipes are the test's. */
export function startServer(project: Pick<Project, 'root' | 'stateDir'>, args: readonly string[], options: CliOptions = {}): ChildProcess {
  const [program = '', ...given] = cliArgv(options.execArgv)
  return spawn(program, [...given, ...args], {
    cwd: options.cwd ?? project.root,
    env: {...cleanEnv(), CONDUCT_STATE_DIR: project.stateDir, ...options.env},
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

/** The same for a client that starts the server by itself. */
export function cliCommand(project: Pick<Project, 'root' | 'stateDir'>, args: readonly string[]) {
  const env = Object.entries({...cleanEnv(), CONDUCT_STATE_DIR: project.stateDir}).filter(([, value]) => value !== undefined)
  const [command = '', ...given] = cliArgv()
  return {
    command,
    args: [...given, ...args],
    cwd: project.root,
    env: Object.fromEntries(env) as Record<string, string>,
  }
}

/** Starts any program in a project, with `conduct` on its PATH: as a person's script finds it. */
export async function startProgram(
  project: Pick<Project, 'root' | 'stateDir'>,
  program: string,
  args: readonly string[],
  options: CliOptions = {},
): Promise<RunningCli> {
  const path = `${await installCli(project)}:${cleanEnv().PATH}`
  const child = spawn(program, [...args], {
    cwd: options.cwd ?? project.root,
    env: {...cleanEnv(), CONDUCT_STATE_DIR: project.stateDir, PATH: path, ...options.env},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return {child, done: collect(child)}
}

/** A folder beside the project with `conduct` in it. */
async function installCli({stateDir}: Pick<Project, 'stateDir'>): Promise<string> {
  const folder = join(dirname(stateDir), 'bin')
  const words = cliArgv().map((word) => `'${word}'`)
  await mkdir(folder, {recursive: true})
  await writeFile(join(folder, 'conduct'), `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, {mode: 0o755})
  return folder
}

/** Resolves as soon as a running command has printed it on stdout. */
export async function printed({child}: RunningCli, pattern: RegExp): Promise<void> {
  let text = ''
  if (!child.stdout) throw new Error('its output is not read')
  while (!pattern.test(text)) text += String((await once(child.stdout, 'data'))[0])
}

/** Runs the built CLI to its end. */
export function conduct(
  project: Pick<Project, 'root' | 'stateDir'>,
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  return startCli(project, args, options).done
}

/** How it is started: the runtime with the built CLI, or the single executable. */
function cliArgv(execArgv: readonly string[] = []): readonly string[] {
  const executable = executableUnderTest()
  return executable ? [executable.program] : [process.execPath, ...runtimeArgs(), ...execArgv, BIN]
}

/** `deno run -A` where Deno runs the tests. */
function runtimeArgs(): readonly string[] {
  return 'Deno' in globalThis ? ['run', '--allow-all', '--quiet'] : []
}

async function collect(child: ChildProcess): Promise<CliResult> {
  const [stdout, stderr] = [read(child.stdout), read(child.stderr)]
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  const text = stdout()
  return {exitCode, signal, stdout: text, stderr: stderr(), json: <T>() => JSON.parse(text) as T}
}

function read(stream: NodeJS.ReadableStream | null): () => string {
  let text = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (chunk: string) => (text += chunk))
  return () => text
}

/** No CONDUCT_*, no GIT_*, no colour: what a test says is all there is. */
function cleanEnv(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(GIT_|CONDUCT_|NODE_OPTIONS$|NODE_TEST_CONTEXT$|FORCE_COLOR$|npm_)/.test(name),
  )
  return {...Object.fromEntries(inherited), NO_COLOR: '1', GIT_CONFIG_NOSYSTEM: '1', ...executableUnderTest()?.env}
}
