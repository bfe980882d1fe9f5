import {createHash} from 'node:crypto'
import {lstat, readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {TaskEvent} from '../../src/events.ts'
import type {RunResult} from '../../src/run/result.ts'
import {conduct, type CliOptions, type CliResult} from '../support/cli.ts'
import {commandConfig, createProject, specText, type PhaseText, type Project} from '../support/project.ts'

export interface Scenario {
  readonly phases: readonly PhaseText[]
  /** Body of the shell script that is every agent; it runs in the worktree, with `CONDUCT_*` set. */
  readonly agent: string
  readonly files?: Readonly<Record<string, string>>
  /** Further keys of `conduct.config.json`. */
  readonly config?: Readonly<Record<string, unknown>>
}

/** A project whose agent is a shell script, with its spec and configuration, committed. */
export function createScenario({phases, agent, files = {}, config = {}}: Scenario): Promise<Project> {
  return createProject({
    '.spec/SPEC.md': specText(phases),
    'agent.sh': `#!/bin/sh\ncat > /dev/null\n${agent}\n`,
    'conduct.config.json': commandConfig(['./agent.sh'], config),
    ...files,
  })
}

export interface RunOutcome extends CliResult {
  readonly result: RunResult
  readonly events: readonly TaskEvent[]
}

/** `conduct run` (or `resume …`) with `--json`, and the events it wrote. */
export async function runScenario(project: Project, args: readonly string[] = ['run'], options: CliOptions = {}): Promise<RunOutcome> {
  const file = join(project.stateDir, '..', `events-${Date.now()}.ndjson`)
  const done = await conduct(project, [...args, '--json', '--events', file], options)
  return {...done, result: parseResult(done), events: parseEvents(await readFile(file, 'utf8').catch(() => ''))}
}

/** The NDJSON of `--events`, among what else was printed. */
export function parseEvents(text: string): readonly TaskEvent[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{'))
  return lines.map((line) => JSON.parse(line) as TaskEvent)
}

/** The result; a run that was refused before it began has none. */
function parseResult({stdout, stderr, exitCode}: CliResult): RunResult {
  const parsed = stdout.startsWith('{') ? (JSON.parse(stdout) as RunResult | {error: unknown}) : undefined
  if (parsed === undefined || 'error' in parsed) throw new Error(`no result (exit code ${exitCode}): ${stdout}${stderr}`)
  return parsed
}

/** Events of one type, in order. */
export function eventsOf<Type extends TaskEvent['type']>(
  events: readonly TaskEvent[],
  type: Type,
): readonly Extract<TaskEvent, {type: Type}>[] {
  return events.filter((event): event is Extract<TaskEvent, {type: Type}> => event.type === type)
}

/** Every byte of a checkout that a person could miss: files, modes, links, the index, HEAD, and the branches of others. */
export async function printCheckout({root, git}: Project): Promise<Readonly<Record<string, string>>> {
  const prints: Record<string, string> = {}
  for (const path of await listFiles(root, '')) prints[path] = await printFile(join(root, path))
  for (const file of ['index', 'HEAD', 'config']) prints[`.git/${file}`] = await printFile(join(root, '.git', file))
  prints.branches = git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads/')
    .split('\n')
    .filter((line) => !line.startsWith('refs/heads/conduct/'))
    .join('\n')
  return prints
}

async function listFiles(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), {withFileTypes: true})
  const lists = entries
    .filter(({name}) => !(folder === '' && name === '.git'))
    .map((entry) => (entry.isDirectory() ? listFiles(root, join(folder, entry.name)) : [join(folder, entry.name)]))
  return (await Promise.all(lists)).flat().sort()
}

async function printFile(path: string): Promise<string> {
  const facts = await lstat(path)
  const content = facts.isFile() ? await readFile(path) : Buffer.from('')
  return `${facts.mode.toString(8)} ${createHash('sha256').update(content).digest('hex')}`
}
