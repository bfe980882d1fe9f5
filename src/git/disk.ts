import {statfs} from 'node:fs/promises'

/** Less than this and no file of any size can be written. */
const ROOM = 64 * 1024

/**
 * Did git stop for want of room? It does not always say so: a file that cannot be written to a full disk is only one that
 * it was "unable to write".
 *
 * @param places folders that it was writing to
 */
export async function isDiskFull(stderr: string, places: readonly (string | undefined)[]): Promise<boolean> {
  if (/No space left on device|ENOSPC/.test(stderr)) return true
  if (!/unable to (?:write|create)|could not write|write error|failed to write|short write/i.test(stderr)) return false
  const rooms = await Promise.all(places.flatMap((place) => (place === undefined ? [] : [readRoom(place)])))
  return rooms.some((room) => room < ROOM)
}

/** Bytes that are free where `place` is; plenty when nobody can tell. */
async function readRoom(place: string): Promise<number> {
  const disk = await statfs(place).catch(() => undefined)
  return disk === undefined ? Infinity : disk.bavail * disk.bsize
}
