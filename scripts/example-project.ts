import {execFileSync} from 'node:child_process'
import {cp, mkdtemp, realpath} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const EXAMPLE = fileURLToPath(new URL('../examples/ledger', import.meta.url))

/** A copy of `examples/ledger` that `conduct run` can build. */
export interface ExampleProject {
  /** Temporary folder that holds everything; whoever asked for it removes it. */
  readonly folder: string
  /** The checkout, with one commit on `main`. */
  readonly root: string
  /** `CONDUCT_STATE_DIR` for it. */
  readonly stateDir: string
}

/** Copies the example into a new temporary folder and commits it, as the person who wrote the spec would. */
export async function createExampleProject(): Promise<ExampleProject> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'conduct-example-')))
  const root = join(folder, 'ledger')
  await cp(EXAMPLE, root, {recursive: true})
  const git = (...args: readonly string[]) => execFileSync('git', args, {cwd: root, env: gitEnv(), stdio: ['ignore', 'ignore', 'inherit']})
  git('init', '--quiet', '--template=', '--initial-branch=main')
  git('config', 'user.name', 'Example')
  git('config', 'user.email', 'example@localhost')
  // Whoever signs commits or has hooks for every repository means their own work, not this copy.
  git('config', 'commit.gpgSign', 'false')
  git('config', 'core.hooksPath', '.git/hooks')
  git('add', '--all')
  git('commit', '--quiet', '--message=Start with a spec and the currencies')
  return {folder, root, stateDir: join(folder, 'state')}
}

/** `GIT_DIR` and the like would lead git out of the copy, for instance from within a hook. */
function gitEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))
}
