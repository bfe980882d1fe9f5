import type {Git} from './git.ts'
import {readObjects, toText} from './objects.ts'

/** A file of a commit. */
export interface Entry {
  readonly path: string
  /** Of its blob. */
  readonly id: string
  readonly size: number
  readonly kind: 'file' | 'link' | 'submodule'
}

/** Larger files are nobody's source. */
export const MAX_TEXT_BYTES = 1024 * 1024
/** What is read at once: little for one who asks for single files, much for one who goes through them all. */
const FIRST_BYTES = 64 * 1024
const MOST_BYTES = 4 * MAX_TEXT_BYTES
const KEPT_BYTES = 4 * MOST_BYTES

type Contents = Promise<ReadonlyMap<string, Buffer>>

/**
 * Reads texts of a commit from the objects, many in one process: those that are wanted `first` together, of the others each
 * time more of what follows in the listing.
 */
export function createTextReader(
  git: Git,
  entries: readonly Entry[],
  first: (path: string) => boolean,
): (file: string) => Promise<string | undefined> {
  const texts = entries.filter(({kind, size}) => kind === 'file' && size <= MAX_TEXT_BYTES)
  const wanted = texts.filter(({path}) => first(path))
  const ordered = [...wanted, ...texts.filter(({path}) => !first(path))]
  const places = new Map(ordered.map(({path}, index) => [path, index]))
  const cache = createCache()
  let ahead = FIRST_BYTES
  const load = (index: number) => {
    const isWanted = index < wanted.length
    const group = takeGroup(ordered, index, isWanted ? {bytes: MOST_BYTES, end: wanted.length} : {bytes: ahead, end: ordered.length})
    if (!isWanted) ahead = Math.min(ahead * 2, MOST_BYTES)
    return cache.add(group, readGroup(git, group))
  }
  return async (file) => {
    const index = places.get(file)
    if (index === undefined) return undefined
    const data = (await (cache.get(file) ?? load(index))).get(file)
    return data && toText(data)
  }
}

/** One file at least. */
function takeGroup(
  entries: readonly Entry[],
  begin: number,
  {bytes, end}: {readonly bytes: number; readonly end: number},
): readonly Entry[] {
  let room = bytes - (entries[begin]?.size ?? 0)
  let next = begin + 1
  for (; next < end; next += 1) {
    room -= entries[next]?.size ?? 0
    if (room < 0) break
  }
  return entries.slice(begin, next)
}

interface Group {
  readonly files: readonly Entry[]
  readonly bytes: number
  readonly contents: Contents
}

/** Keeps the groups that were read last. */
function createCache() {
  const groups: Group[] = []
  const byFile = new Map<string, Group>()
  const isFull = () => groups.length > 1 && groups.reduce((sum, {bytes}) => sum + bytes, 0) > KEPT_BYTES
  const dropOldest = () => {
    const oldest = groups.shift()
    if (oldest === undefined) return
    for (const {path} of oldest.files) if (byFile.get(path) === oldest) byFile.delete(path)
  }
  return {
    get: (file: string): Contents | undefined => byFile.get(file)?.contents,
    add(files: readonly Entry[], contents: Contents): Contents {
      const group = {files, bytes: files.reduce((sum, {size}) => sum + size, 0), contents}
      groups.push(group)
      for (const {path} of files) byFile.set(path, group)
      while (isFull()) dropOldest()
      return contents
    },
  }
}

async function readGroup(git: Git, entries: readonly Entry[]): Promise<ReadonlyMap<string, Buffer>> {
  const objects = await readObjects(
    git,
    entries.map(({id}) => id),
  )
  return new Map(entries.flatMap(({path}, index) => (objects[index] ? [[path, objects[index].data] as const] : [])))
}
