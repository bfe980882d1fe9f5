import {join} from 'node:path'
import {holdsArchive, type Archive, type PackedFile} from './archive.ts'
import {openPrivateFolder} from './cache-folder.ts'
import {placeArchive} from './place.ts'
import {hasStamp, stampOf, writeStamp} from './stamp.ts'

/** What the executable carries. */
export interface Cargo {
  /** Named by its content: another build has another id. */
  readonly id: string
  /** What of the app the short commands load. */
  quick(): readonly PackedFile[]
  /** The app: what `npm install` of it gives. */
  app(): Archive
  /** npm, which the commands that install plugins run. */
  npm(): Archive
}

/** Where the app lies on this machine. */
export interface OpenedApp {
  /** The root of its package. */
  readonly root: string
  /** Where Node keeps compiled code. */
  readonly compiled: string
}

export interface OpenOptions {
  /** Best first. */
  readonly folders: readonly string[]
  readonly uid: number
  readonly needsNpm: boolean
  /** Whether the command is short, so that the rest of the app need not be looked at. */
  readonly isQuick: boolean
}

/**
 * Unpacks the app where that was not done yet, or what lies there is not the app any more.
 *
 * @returns a list of reasons, one a folder, when none can be used
 */
export function openApp(cargo: Cargo, {folders, uid, needsNpm, isQuick}: OpenOptions): OpenedApp | readonly string[] {
  const problems: string[] = []
  for (const folder of folders) {
    try {
      openPrivateFolder(folder, uid)
      const home = join(folder, cargo.id)
      if (isQuick) placeQuick(join(home, 'app'), cargo)
      else place(join(home, 'app'), cargo.app())
      // Above the app, where Node looks after the app's own `node_modules`.
      if (needsNpm) place(join(home, 'node_modules'), cargo.npm())
      return {root: join(home, 'app'), compiled: join(home, 'compiled')}
    } catch (error) {
      problems.push(`${folder}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return problems
}

/** Looks at a few files; when they are not as they were, at all. */
function placeQuick(folder: string, {quick, app}: Cargo): void {
  const file = `${folder}.quick.stamp`
  const found = stampOf(folder, quick())
  if (hasStamp(file, found)) return
  place(folder, app())
  const stamp = stampOf(folder, quick())
  if (stamp !== undefined) writeStamp(file, stamp)
}

/** Hashes what is there only when it is not as it was after the last time. */
function place(folder: string, archive: Archive): void {
  const file = `${folder}.stamp`
  // Taken before it is hashed: what changes meanwhile is seen the next time.
  const found = stampOf(folder, archive.files)
  if (hasStamp(file, found)) return
  const isWhole = found !== undefined && holdsArchive(folder, archive.files)
  if (!isWhole) placeArchive(folder, archive)
  const stamp = isWhole ? found : stampOf(folder, archive.files)
  if (stamp !== undefined) writeStamp(file, stamp)
}
