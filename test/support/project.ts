import {execFileSync} from 'node:child_process'
import {chmod, mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

/** A git repository in a temporary folder, with a state directory of its own beside it. */
export interface Project {
  /** The checkout. */
  readonly root: string
  /** `CONDUCT_STATE_DIR` for it. */
  readonly stateDir: string
  /** Runs git in the checkout and returns its stdout, trimmed. */
  git(...args: readonly string[]): string
  /** Writes a file; a script that begins with `#!` becomes executable. */
  write(path: string, text: string): Promise<void>
  remove(): Promise<void>
}

/** Makes a project with these files, committed on `main`. */
export async function createProject(files: Readonly<Record<string, string>>): Promise<Project> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'conduct-test-')))
  const root = join(folder, 'project')
  await mkdir(root)
  const git = (...args: readonly string[]) =>
    execFileSync('git', [...args], {cwd: root, encoding: 'utf8', env: gitEnv(), stdio: ['ignore', 'pipe', 'pipe']}).trim()
  const write = (path: string, text: string) => writeInto(join(root, path), text)
  for (const [path, text] of Object.entries(files)) await write(path, text)
  git('init', '--quiet', '--initial-branch=main')
  git('config', 'user.name', 'Test')
  git('config', 'user.email', 'test@localhost')
  git('add', '--all')
  git('commit', '--quiet', '--message=Start', '--allow-empty')
  return {root, stateDir: join(folder, 'state'), git, write, remove: () => rm(folder, {recursive: true, force: true, maxRetries: 5})}
}

async function writeInto(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), {recursive: true})
  await writeFile(path, text)
  if (text.startsWith('#!')) await chmod(path, 0o755)
}

/** The environment of a test's own git calls: nothing of the machine's configuration. */
function gitEnv(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  return {...Object.fromEntries(inherited), GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null'}
}

export interface PhaseText {
  readonly name: string
  readonly modules: readonly string[]
  readonly test: string
  readonly criteria?: readonly string[]
  /** Further lines, each a label: `Allow TODO: yes`. */
  readonly lines?: readonly string[]
}

/** Text of a SPEC.md with these phases. */
export function specText(phases: readonly PhaseText[], title = 'Test project'): string {
  const sections = phases.map(({name, modules, test, criteria = [], lines = []}, index) =>
    [
      `### Phase ${index + 1}: ${name}`,
      `- Build ${modules.join(' and ')}`,
      '',
      `Modules: ${modules.join(', ')}`,
      `Test Command: ${test}`,
      ...lines,
      ...(criteria.length > 0 ? ['Success Criteria:', ...criteria.map((line) => `- ${line}`)] : []),
      '',
    ].join('\n'),
  )
  return [`# ${title}`, '', '## Implementation Phases', '', ...sections].join('\n')
}

/** Text of a conduct.config.json whose agent is a program of the project. */
export function commandConfig(run: readonly string[], more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({agents: {default: 'command', backends: {command: {run}}}, ...more}, undefined, 2)
}
