import {access, constants, realpath, stat} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {ConductError} from '../errors.ts'
import type {Git} from './git.ts'
import {readGitFile, readHeadFile, type Head} from './git-file.ts'

/** A person's checkout. Canonical paths. */
export interface Place {
  readonly root: string
  readonly gitDir: string
  readonly head: Head
}

/**
 * The checkout around a folder, which must be one of this repository.
 *
 * @throws {ConductError} `NOT_A_REPOSITORY`, also for a folder that is not there or cannot be read
 */
export async function findPlace(git: Git, path: string): Promise<Place> {
  await requireFolder(path)
  const root = await findRoot(await realpath(path))
  const gitDir = root === undefined ? undefined : await readGitFile(root)
  const head = gitDir === undefined ? undefined : await readHeadFile(gitDir)
  if (root === undefined || gitDir === undefined || head === undefined || !isOurs(git, gitDir)) throw foreign(git, path)
  return {root, gitDir, head}
}

/**
 * Can work be done in it? Whoever looks for a repository from below would otherwise find the one around a name that is wrong.
 *
 * @throws {ConductError} `NOT_A_REPOSITORY`
 */
export async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw unusable(path, 'is not there, or may not be looked at')
  if (!found.isDirectory()) throw unusable(path, 'is a file, not a folder')
  await access(path, constants.R_OK | constants.X_OK).catch(() => {
    throw unusable(path, 'may not be read by this user')
  })
}

const isOurs = ({repository: {commonDir}}: Git, gitDir: string) => gitDir === commonDir || dirname(gitDir) === join(commonDir, 'worktrees')

async function findRoot(folder: string): Promise<string | undefined> {
  if ((await readGitFile(folder)) !== undefined) return folder
  return dirname(folder) === folder ? undefined : findRoot(dirname(folder))
}

const unusable = (path: string, why: string) =>
  new ConductError('NOT_A_REPOSITORY', `${path} ${why}.`, ['Name a folder of the repository that this user can read and enter.'])

const foreign = ({repository: {commonDir}}: Git, path: string) =>
  new ConductError('NOT_A_REPOSITORY', `${path} is not a checkout of ${commonDir}.`, [
    'Name a folder of the repository that the task was started in.',
  ])
