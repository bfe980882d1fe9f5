import {splitNul} from './commits.ts'
import type {Git} from './git.ts'
import {readObjects, toText} from './objects.ts'

export interface MergeResult {
  /** The merged tree; with conflict markers in the files that conflict. */
  readonly tree: string
  readonly conflicts: readonly string[]
}

/**
 * Merges two commits without a working tree, so without hooks, filters and merge drivers.
 *
 * @param options.base merge as if this were the common ancestor. Default: the one that git finds.
 */
export async function mergeTrees(git: Git, {base, ours, theirs}: {base?: string; ours: string; theirs: string}): Promise<MergeResult> {
  const how = base === undefined ? {flags: [], sides: [ours, theirs]} : await pinBase(git, {base, ours, theirs})
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ...how.flags, '--end-of-options', ...how.sides]
  const [tree = '', ...conflicts] = splitNul((await git.runObjects(args, {accept: [1]})).stdout.toString())
  return {tree, conflicts: [...new Set(conflicts)]}
}

/** The commit that two commits have in common; `undefined` for unrelated ones. */
export async function mergeBase(git: Git, ours: string, theirs: string): Promise<string | undefined> {
  const result = await git.runObjects(['merge-base', '--end-of-options', ours, theirs], {accept: [1]})
  return result.exitCode === 0 ? result.stdout.toString().trimEnd() : undefined
}

export interface Sides {
  readonly base?: string
  readonly ours?: string
  readonly theirs?: string
}

/** The three versions of a file; those that are missing or binary are left out. */
export async function readSides(git: Git, {ours, theirs, file}: {ours: string; theirs: string; file: string}): Promise<Sides> {
  const base = await mergeBase(git, ours, theirs)
  const places = {...(base === undefined ? {} : {base}), ours, theirs}
  const objects = await readObjects(
    git,
    Object.values(places).map((commit) => `${commit}:${file}`),
  )
  const texts = Object.keys(places).map((side, index) => [side, objects[index]?.type === 'blob' ? toText(objects[index].data) : undefined])
  return Object.fromEntries(texts.filter(([, text]) => text !== undefined))
}

/** Which of the files still hold the marks that a merge leaves. */
export async function hasConflictMarkers(git: Git, tree: string, files: readonly string[]): Promise<readonly string[]> {
  const objects = await readObjects(
    git,
    files.map((file) => `${tree}:${file}`),
  )
  return files.filter((_file, index) => {
    const object = objects[index]
    return object?.type === 'blob' && CONFLICT_MARKER.test(toText(object.data) ?? '')
  })
}

/** `=======` alone is no sign: it underlines headings in Markdown and reStructuredText. */
const CONFLICT_MARKER = /^(<{7}|>{7}|\|{7})( |\r?$)/m

async function pinBase(git: Git, {base, ours, theirs}: {base: string; ours: string; theirs: string}) {
  const [major, minor] = git.version
  if (major > 2 || minor >= 40) return {flags: [`--merge-base=${base}`], sides: [ours, theirs]}
  if ((await mergeBase(git, ours, theirs)) === base) return {flags: [], sides: [ours, theirs]}
  // Older git takes the ancestor from history only, so each side gets one.
  const sides = [ours, theirs].map(async (side) =>
    (await git.objects(['commit-tree', '-p', base, '-m', 'side', `${side}^{tree}`])).trimEnd(),
  )
  return {flags: [], sides: await Promise.all(sides)}
}
