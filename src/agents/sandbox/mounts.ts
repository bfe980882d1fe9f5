import path from 'node:path'

/**
 * What becomes of a path inside: `scratch` is an empty folder of the sandbox's own, `hide` one that stays empty (or an empty
 * file), `show` can be read, `write` written as well, and `keep` is read-only within what may be written.
 */
export type MountKind = 'scratch' | 'hide' | 'show' | 'write' | 'keep'

export interface Mount {
  readonly kind: MountKind
  /** Canonical. */
  readonly path: string
  readonly isFolder: boolean
}

/** Where two speak of the same path, the later one counts. */
const RANKS: readonly MountKind[] = ['scratch', 'hide', 'show', 'write', 'keep']

/** In the order in which they must be made: a folder before what lies in it, each path once. The rest of the disk is read-only. */
export function orderMounts(mounts: readonly Mount[]): readonly Mount[] {
  const byPath = new Map<string, Mount>()
  for (const mount of mounts) {
    const known = byPath.get(mount.path)
    if (!known || rank(mount) >= rank(known)) byPath.set(mount.path, mount)
  }
  return [...byPath.values()].sort((one, other) => depth(one) - depth(other) || (one.path < other.path ? -1 : 1))
}

/** Would this path be out of sight with these mounts? */
export function isHidden(place: string, mounts: readonly Mount[]): boolean {
  const nearest = orderMounts(mounts).findLast((mount) => isWithin(mount.path, place))
  return nearest !== undefined && (nearest.kind === 'scratch' || nearest.kind === 'hide')
}

/** Is `place` that folder, or below it? */
export function isWithin(folder: string, place: string): boolean {
  return place === folder || place.startsWith(folder === path.sep ? folder : folder + path.sep)
}

const rank = ({kind}: Mount) => RANKS.indexOf(kind)

const depth = ({path: place}: Mount) => place.split(path.sep).filter(Boolean).length
