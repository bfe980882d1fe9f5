import {dirname} from 'node:path'
import type {SandboxRequest, WorktreeGit} from '../agents/sandbox/places.ts'
import {toSandboxSettings} from '../agents/sandbox/settings.ts'
import {findAdminDir} from '../git/admin-dirs.ts'
import type {RunContext} from './context.ts'

/** What an attempt in `cwd` is shut in, as the configuration says; `undefined` for nothing. */
export async function sandboxFor(context: RunContext, cwd: string): Promise<SandboxRequest | undefined> {
  const {config, places} = context
  const settings = toSandboxSettings(config.sandbox)
  if (settings === undefined) return undefined
  const git = await worktreeGit(context, cwd)
  return {
    settings,
    ...(git === undefined ? {} : {git}),
    hide: [places.stateDir, dirname(places.worktrees), ...storeFiles(context)],
    show: [places.specPath, places.logs, places.sides],
  }
}

/** Its branch is the one on record: what HEAD says may be what an agent wrote there. */
async function worktreeGit({git, log}: RunContext, cwd: string): Promise<WorktreeGit | undefined> {
  const gitDir = await findAdminDir(git, cwd)
  if (gitDir === undefined) return undefined
  const branch = log.state.worktrees.find(({path}) => path === cwd)?.branch ?? ''
  return {commonDir: git.repository.commonDir, gitDir, ref: branch === '' ? null : branch}
}

function storeFiles({config: {store}}: RunContext): readonly string[] {
  if (store.kind !== 'embedded' || store.path === undefined) return []
  return ['', '-wal', '-shm'].map((ending) => `${store.path}${ending}`)
}
