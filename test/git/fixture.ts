import {execFileSync} from 'node:child_process'
import {mkdtempSync, realpathSync} from 'node:fs'
import {chmod, mkdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {openGit, openRepository, type Git} from '../../src/git/git.ts'
import {afterTest} from '../support/after-test.ts'

/** A real repository in a temporary folder, and the doors to it. */
export interface Fixture {
  readonly dir: string
  /** The person's checkout. */
  readonly root: string
  readonly git: Git
  readonly head: string
  readonly lock: string
  /** Runs plain git in the person's checkout. */
  sh(...args: string[]): string
  /** Writes files below the checkout. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Commits all and returns the sha. */
  commit(files: Readonly<Record<string, string>>, message?: string): Promise<string>
  worktreePath(name: string): string
}

/** Environment of a person with a home of their own. */
export function personEnv(home: string): Record<string, string> {
  return {PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: tmpdir()}
}

export function plainGit(cwd: string, home: string, args: readonly string[]): string {
  const env = {...personEnv(home), GIT_CONFIG_NOSYSTEM: '1'}
  return execFileSync('git', [...args], {cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']}).trimEnd()
}

export function temporaryDir(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'conduct-git-')))
}

/** A repository with these files, committed on `main`; gone after the test. */
export async function openFixture(files: Readonly<Record<string, string>> = {'a.txt': 'one\ntwo\nthree\n'}): Promise<Fixture> {
  const dir = temporaryDir()
  const root = join(dir, 'repo')
  await mkdir(root)
  const sh = (...args: string[]) => plainGit(root, dir, args)
  sh('init', '--quiet', '-b', 'main')
  sh('config', 'user.name', 'Ada')
  sh('config', 'user.email', 'ada@example.org')
  const write = (more: Readonly<Record<string, string>>) => writeFiles(root, more)
  const commit = async (more: Readonly<Record<string, string>>, message = 'Work') => {
    await write(more)
    sh('add', '-A')
    sh('commit', '--quiet', '--allow-empty', '-m', message)
    return sh('rev-parse', 'HEAD')
  }
  const head = await commit(files, 'Start')
  const repository = await openRepository(root, personEnv(dir))
  const git = await openGit({repository, shadowDir: join(dir, 'shadow'), env: personEnv(dir)})
  afterTest(async () => {
    await git.drain()
    await rm(dir, {recursive: true, force: true})
  })
  return {
    dir,
    root,
    git,
    head,
    lock: join(dir, 'lock.db'),
    sh,
    write,
    commit,
    worktreePath: (name) => join(dir, 'worktrees', name),
  }
}

/** Writes files below a folder; a path that ends in `*` is made executable, without the star. */
export async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name.replace(/\*$/, ''))
    await mkdir(dirname(path), {recursive: true})
    await writeFile(path, text)
    if (name.endsWith('*')) await chmod(path, 0o755)
  }
}
