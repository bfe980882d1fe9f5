import {join, relative, resolve, sep} from 'node:path'
import {ConductError} from '../../errors.ts'
import {findCheckout} from '../../git/find-checkout.ts'
import {requireFolder} from '../../git/folder.ts'
import {readGitFile, readHeadFile} from '../../git/git-file.ts'
import type {TaskState} from '../state.ts'
import type {OperationServices} from './operation.ts'

type Services = Pick<OperationServices, 'hostEnv' | 'stateDir'>

/**
 * A folder that an operation was told to work in, checked before anything is written.
 *
 * @returns its absolute path
 * @throws {ConductError} `NOT_A_REPOSITORY`; `USAGE` for a worktree of another task, or another repository than that of `state`
 */
export async function requireOwnFolder(path: string, services: Services, state?: TaskState): Promise<string> {
  const folder = resolve(path)
  await requireFolder(folder)
  const {root, commonDir} = await findCheckout(folder, services.hostEnv)
  const owner = await ownerOf(root, services)
  if (owner !== undefined && owner !== state?.started.task_id) throw ownedByOther(folder, owner)
  if (state && commonDir !== state.started.repository) throw otherRepository(folder, state)
  return folder
}

/** The task that a checkout was made for: by its branch, or, of one on no branch, by its place. */
async function ownerOf(root: string, {stateDir}: Services): Promise<string | undefined> {
  const gitDir = await readGitFile(root)
  const head = gitDir === undefined ? undefined : await readHeadFile(gitDir)
  const byBranch = /^refs\/heads\/conduct\/([^/]+)\/./.exec(head?.ref ?? '')?.[1]
  if (byBranch !== undefined) return byBranch
  const [up, , task] = relative(join(stateDir, 'worktrees'), root).split(sep)
  return up === '..' ? undefined : task
}

const ownedByOther = (folder: string, owner: string) =>
  new ConductError('USAGE', `${folder} is a worktree of task ${owner}.`, [
    `See that task: conduct state --task ${owner}`,
    'Or name a checkout of your own.',
  ])

const otherRepository = (folder: string, {started}: TaskState) =>
  new ConductError('USAGE', `${folder} is not a checkout of the repository of task ${started.task_id}.`, [
    `Its repository is that of ${started.working_directory}.`,
  ])
