import {basename, dirname, join, resolve} from 'node:path'

/** Where the files of one task live, all outside the person's checkout. Absolute paths. */
export interface Places {
  readonly taskDir: string
  /** The state directory: what all tasks on this machine share. */
  readonly stateDir: string
  /** The frozen spec, for agents to read. */
  readonly specPath: string
  /** Our own git directory for work on agents' trees. */
  readonly shadowDir: string
  readonly transcripts: string
  readonly logs: string
  /** The three sides of conflicted files. */
  readonly sides: string
  /** Folder of this task's worktrees; ours alone. */
  readonly worktrees: string
  /** Lock of the repository's worktree metadata, shared by all tasks. */
  readonly repositoryLock: string
}

export interface PlacesInput {
  readonly stateDir: string
  /** The task's frozen configuration: `worktrees.dir` is heeded. */
  readonly config: unknown
  /** Canonical common git directory. */
  readonly repository: string
  readonly taskId: string
}

export function placesOf({stateDir, config, repository, taskId}: PlacesInput): Places {
  // Checked when it was frozen; checking again would mean loading the schema for every command.
  const worktreesDir = (config as {readonly worktrees?: {readonly dir?: string}}).worktrees?.dir
  const taskDir = join(stateDir, 'tasks', taskId)
  const name = repositoryName(repository)
  return {
    taskDir,
    stateDir,
    specPath: join(taskDir, 'SPEC.md'),
    shadowDir: join(taskDir, 'shadow.git'),
    transcripts: join(taskDir, 'transcripts'),
    logs: join(taskDir, 'logs'),
    sides: join(taskDir, 'sides'),
    worktrees: join(worktreesDir === undefined ? join(stateDir, 'worktrees') : resolve(dirname(repository), worktreesDir), name, taskId),
    repositoryLock: join(stateDir, 'locks', `${name}.lock`),
  }
}

/** A readable, unique folder name for a repository: `shop-1a2b3c4d`. */
function repositoryName(repository: string): string {
  const folder = basename(repository) === '.git' ? basename(dirname(repository)) : basename(repository)
  // Loaded only here: commands that list what is recorded need no places.
  const {createHash} = process.getBuiltinModule('node:crypto')
  const hash = createHash('sha256').update(repository).digest('hex').slice(0, 8)
  return `${
    folder
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[.-]+/, '') || 'repository'
  }-${hash}`
}

/** Path of a module's worktree. */
export function modulePath(places: Places, phase: number, slug: string): string {
  return join(places.worktrees, `p${phase}-${slug}`)
}
