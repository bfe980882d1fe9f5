import {lstat, mkdir, readdir, realpath} from 'node:fs/promises'
import path from 'node:path'
import {ConductError} from '../../errors.ts'
import {isHidden, type Mount} from './mounts.ts'
import type {Place, WorktreeGit} from './places.ts'

/**
 * The places that are really there, by their canonical paths: a link to a secret hides what it leads to. Folders that an agent
 * or git would make are made.
 *
 * @throws {ConductError} `SANDBOX_UNAVAILABLE` when one that the configuration names is missing
 */
export async function findMounts(places: readonly Place[]): Promise<readonly Mount[]> {
  const found: Mount[] = []
  for (const place of places.filter(({ifHidden}) => !ifHidden)) found.push(...(await findMount(place)))
  const onlyIfHidden = (await Promise.all(places.filter(({ifHidden}) => ifHidden).map(findMount))).flat()
  return [...found, ...onlyIfHidden.filter(({path: place}) => isHidden(place, found))]
}

/** The branches of others beside that of a worktree, which lie in the same folder. */
export async function findOtherRefs({commonDir, ref}: WorktreeGit): Promise<readonly Place[]> {
  if (ref === null) return []
  const folder = path.join(commonDir, path.dirname(ref))
  const entries = await readdir(folder).catch(() => [])
  const isOwn = (name: string) => name === path.basename(ref) || name.endsWith('.lock')
  return entries.filter((name) => !isOwn(name)).map((name) => ({kind: 'keep', path: path.join(folder, name)}))
}

async function findMount({kind, path: written, make, key}: Place): Promise<readonly Mount[]> {
  if (make) await mkdir(written, {recursive: true, mode: 0o700}).catch(() => undefined)
  const canonical = await realpath(written).catch(() => undefined)
  const stat = canonical === undefined ? undefined : await lstat(canonical).catch(() => undefined)
  const isRoot = canonical === path.parse(written).root
  if (canonical !== undefined && stat !== undefined && !isRoot) return [{kind, path: canonical, isFolder: stat.isDirectory()}]
  // The whole disk has its standing already: read-only, and no home of anybody.
  if (key === undefined) return []
  throw new ConductError('SANDBOX_UNAVAILABLE', `\`${key}\` names ${written}, which ${isRoot ? 'is everything' : 'is not there'}.`, [
    isRoot
      ? 'Name single folders, or set `sandbox` to "none".'
      : `Make it (mkdir -p ${JSON.stringify(written)}), or take it out of \`${key}\` in the configuration.`,
  ])
}
