import {realpath} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {ConductError} from '../errors.ts'
import {requireFolder} from './folder.ts'
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

const isOurs = ({repository: {commonDir}}: Git, gitDir: string) => gitDir === commonDir || dirname(gitDir) === join(commonDir, 'worktrees')

async function findRoot(folder: string): Promise<string | undefined> {
  if ((await readGitFile(folder)) !== undefined) return folder
  return dirname(folder) === folder ? undefined : findRoot(dirname(folder))
}

const foreign = ({repository: {commonDir}}: Git, path: string) =>
  new ConductError('NOT_A_REPOSITORY', `${path} is not a checkout of ${commonDir}.`, [
    'Name a folder of the repository that the task was started in.',
  ])
