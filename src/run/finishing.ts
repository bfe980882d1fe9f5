import {changedFiles, commitTree} from '../git/commits.ts'
import {findCheckoutOf, moveCheckout, readCheckout} from '../git/checkout.ts'
import {hashHooks, runHook} from '../git/hooks.ts'
import {checkpointRef, integrationRef, isAncestor, listRefs, readRef, treeOf, updateRefs, type Ref} from '../git/refs.ts'
import {ConductError} from '../errors.ts'
import {shortBranch} from '../tasks/views.ts'
import type {RunContext} from './context.ts'
import {mergeCommit} from './merges.ts'
import {trailersOf} from './commits.ts'
import {dropWorktree} from './worktree-steps.ts'

/** Makes the phase's checkpoint and marks the phase complete: one append, so neither is ever without the other. */
export async function completePhase({log, git}: RunContext, index: number): Promise<void> {
  const phase = log.state.phases[index - 1]?.phase
  if (!phase) throw new Error(`Internal error: no phase ${index}`)
  const sha = log.state.integrationSha
  const number = log.state.checkpoints.length + 1
  const ref = checkpointRef(log.taskId, number)
  if ((await readRef(git, ref)) !== sha && !(await updateRefs(git, [{ref, to: sha, from: null}]))) {
    throw new Error(`Internal error: ${ref} already holds another commit`)
  }
  const id = `c${number}`
  await log.append(
    {
      type: 'checkpoint.created',
      id,
      phase: phase.name,
      sha,
      message: `Checkpoint: ${phase.name}`,
      ref,
      branch: integrationRef(log.taskId),
      safety: false,
    },
    {type: 'phase.completed', phase: index, name: phase.name, checkpoint_id: id},
  )
}

/**
 * Prepares the commit that the base branch will be moved to, without moving it. A base that moved is merged into
 * integration first, so that what is proved is what lands.
 */
export async function prepareFinish(context: RunContext): Promise<void> {
  const {log, git, config} = context
  const {branch} = log.state.started.base
  const baseSha = await readRef(git, branch)
  if (baseSha === undefined)
    throw new ConductError('GIT_FAILED', `The branch ${shortBranch(branch)} is gone.`, [
      `Make it again: git branch ${shortBranch(branch)} ${log.state.started.base.sha}`,
      `Then: conduct resume ${log.taskId}`,
    ])
  const tip = log.state.integrationSha
  // A person merged it by hand: what is there now is what must be proved.
  if (baseSha !== log.state.started.base.sha && (await isAncestor(git, tip, baseSha))) {
    return log.append({type: 'finish.prepared', base_sha: baseSha, sha: baseSha, mode: config.finish.merge})
  }
  if (!(await isAncestor(git, baseSha, tip))) return mergeCommit(context, {phase: 0, module: 'base', theirs: baseSha})
  const sha = await landingCommit(context, baseSha, tip)
  await log.append({type: 'finish.prepared', base_sha: baseSha, sha, mode: config.finish.merge})
}

async function landingCommit({log, git, config}: RunContext, baseSha: string, tip: string): Promise<string> {
  if (config.finish.merge === 'ff' || config.finish.merge === 'none' || baseSha === tip) return tip
  const {description} = log.state.started
  const tree = await treeOf(git, tip)
  const trailers = trailersOf(log.taskId, {kind: 'finish'})
  const parents = config.finish.merge === 'squash' ? [baseSha] : [baseSha, tip]
  const message = config.finish.merge === 'squash' ? description : `Merge conduct task ${log.taskId}: ${description}`
  return commitTree(git, {tree, parents, message, trailers})
}

/** Moves the base branch to the proved commit, and the person's checkout with it; refuses to touch local changes. */
export async function performFinish(context: RunContext): Promise<void> {
  const {log, git} = context
  const {prepared} = log.state.finish
  if (!prepared) throw new Error('Internal error: nothing is prepared to finish')
  const {branch} = log.state.started.base
  if (prepared.mode === 'none') return log.append({type: 'finish.merged', branch: integrationRef(log.taskId), sha: prepared.sha})
  await log.append({type: 'finish.merging', base_sha: prepared.baseSha, sha: prepared.sha})
  const now = await readRef(git, branch)
  if (now === prepared.sha) return log.append({type: 'finish.merged', branch, sha: prepared.sha})
  // The base moved while the result was being proved: merge it and prove again.
  if (now !== prepared.baseSha) return prepareFinish(context)
  const checkout = await findCheckoutOf(git, branch)
  if (checkout === undefined) {
    if (!(await updateRefs(git, [{ref: branch, to: prepared.sha, from: prepared.baseSha}]))) return prepareFinish(context)
    return log.append({type: 'finish.merged', branch, sha: prepared.sha})
  }
  await landIn(context, checkout)
}

async function landIn(context: RunContext, checkout: string): Promise<void> {
  const {log, git} = context
  const {branch} = log.state.started.base
  const prepared = log.state.finish.prepared
  if (!prepared) throw new Error('Internal error: nothing is prepared to finish')
  // A kill between the files and the ref leaves files as the landing commit has them: those are not the person's changes.
  const {changed, untracked} = await readCheckout(git, checkout, {landing: prepared.sha})
  if (changed.length > 0) return log.append(blocked(context, checkout, `has uncommitted changes (${listed(changed)})`))
  const moved = await moveCheckout(git, {path: checkout, ref: branch, from: prepared.baseSha, to: prepared.sha})
  if (moved === 'moved') {
    await runPostMerge(context, checkout)
    return log.append({type: 'finish.merged', branch, sha: prepared.sha})
  }
  const landing = await changedFiles(git, prepared.baseSha, prepared.sha)
  const inTheWay = untracked.filter((file) => landing.some((path) => collides(path, file)))
  const what =
    inTheWay.length > 0
      ? `has untracked files where the merge puts its own (${listed(inTheWay)})`
      : 'has ignored files in the way, or git is at work there'
  await log.append(blocked(context, checkout, what))
}

/**
 * The landing is what `git merge --ff-only` does, so of the person's hooks `post-merge` runs, as git would run it.
 * Not when hooks or configuration are other than when the task began: an agent may have written them.
 */
async function runPostMerge({git, log}: RunContext, checkout: string): Promise<void> {
  const why = 'The hooks or the git configuration changed while the task ran.'
  if ((await hashHooks(git.repository)) === log.state.started.hooks) await runHook(git.repository, checkout, 'post-merge', ['0'])
  else await log.append({type: 'hook.skipped', hook: 'post-merge', why})
}

/** The same path, or one a folder where the other is a file. */
const collides = (one: string, other: string) => one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)

function listed(files: readonly string[]): string {
  return [...files.slice(0, 5), ...(files.length > 5 ? [`and ${files.length - 5} more`] : [])].join(', ')
}

const MERGE_WORDS = {merge: 'merge --no-ff', squash: 'merge --squash', ff: 'merge --ff-only', none: 'merge'} as const

function blocked({log, config}: RunContext, checkout: string, what: string) {
  const integration = `conduct/${log.taskId}/integration`
  return {
    type: 'finish.blocked',
    reason: `Everything is done and verified on ${integration}, but ${checkout} ${what}, so nothing in it was touched.`,
    command: `git -C ${quote(checkout)} ${MERGE_WORDS[config.finish.merge]} ${integration}`,
  } as const
}

/** As one word of a shell command: a person will paste it. */
const quote = (path: string) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)

/** Worktrees and branches go once the work is in the base branch; checkpoints stay reachable under refs/conduct. */
export async function cleanUp(context: RunContext): Promise<void> {
  const {log, git} = context
  for (const record of log.state.worktrees) await dropWorktree(context, record)
  const merged = log.state.finish.merged
  if (!merged) throw new Error('Internal error: cleaning up before the merge')
  const kept = merged.branch === integrationRef(log.taskId) ? merged.branch : undefined
  const reachable = (await mergedBranches(context, merged.sha)).filter(({ref}) => ref !== kept)
  await updateRefs(
    git,
    reachable.map(({ref, sha}) => ({ref, to: null, from: sha})),
  )
  const where = kept ? `${shortBranch(kept)} holds the result` : `merged into ${shortBranch(merged.branch)}`
  await log.append({type: 'task.completed', sha: merged.sha, reason: `Every phase is complete and verified; ${where}.`})
}

/** A branch that is neither in the result nor (squash) in the last integration is kept: it may hold work. */
async function mergedBranches({git, log}: RunContext, sha: string): Promise<readonly Ref[]> {
  const below = `refs/heads/conduct/${log.taskId}/`
  const lists = await Promise.all([sha, log.state.integrationSha].map((mergedInto) => listRefs(git, below, {mergedInto})))
  return [...new Map(lists.flat().map((entry) => [entry.ref, entry])).values()]
}
