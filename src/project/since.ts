import {ConductError} from '../errors.ts'
import type {Git} from '../git/git.ts'

/**
 * The commit that work since `ref` began from: where the checkout's HEAD left it, so that what others committed there
 * since is not taken for the opposite done here. Of an unrelated history, `ref` itself.
 *
 * @throws {ConductError} `USAGE` when there is no such commit, or when the clone was cut off before it
 */
export async function resolveSince(git: Git, ref: string): Promise<string> {
  // A worktree of git has a HEAD of its own.
  const env = {GIT_DIR: git.repository.gitDir}
  const found = await git.runRepo(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], {accept: [1, 128], env})
  if (found.exitCode !== 0) throw noSuchCommit(ref)
  const sha = found.stdout.toString().trim()
  const common = await git.runRepo(['merge-base', sha, 'HEAD'], {accept: [1], env})
  if (common.exitCode === 0) return common.stdout.toString().trim()
  const shallow = await git.runRepo(['rev-parse', '--is-shallow-repository'], {env})
  if (shallow.stdout.toString().trim() === 'true') throw cutOff(ref)
  return sha
}

const cutOff = (ref: string) =>
  new ConductError('USAGE', `--since ${ref}: this clone does not have the commit at which your work left it.`, [
    'Fetch the history that it was made without: git fetch --unshallow',
  ])

const noSuchCommit = (ref: string) =>
  new ConductError('USAGE', `--since ${ref}: there is no such commit here.`, [
    'Name a branch, a tag or a commit: --since main',
    'A clone that was made without its history does not have it: git fetch --unshallow',
  ])
