import {join} from 'node:path'
import {holdsArchive, type Archive} from './archive.ts'
import {openPrivateFolder} from './cache-folder.ts'
import {placeArchive} from './place.ts'
import {hasStamp, stampOf, writeStamp} from './stamp.ts'

/** What the executable carries. */
export interface Cargo {
  /** Named by its content: another build has another id. */
  readonly id: string
  /** The app: what `npm install` of it gives. */
  readonly app: Archive
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
  /** Whether the command loads none of the packages in the app's `node_modules`, so that they need not be looked at. */
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
      place(join(home, 'app'), cargo.app, isQuick)
      // Above the app, where Node looks after the app's own `node_modules`.
      if (needsNpm) place(join(home, 'node_modules'), cargo.npm(), false)
      return {root: join(home, 'app'), compiled: join(home, 'compiled')}
    } catch (error) {
      problems.push(`${folder}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return problems
}

/** Hashes what is there only when it is not as it was after the last time. */
function place(folder: string, archive: Archive, isQuick: boolean): void {
  const needed = isQuick ? archive.files.filter(([path]) => !path.startsWith('node_modules/')) : archive.files
  const file = `${folder}.stamp`
  if (hasStamp(file, stampOf(folder, needed))) return
  // Taken before it is hashed: what changes meanwhile is seen the next time.
  const found = stampOf(folder, archive.files)
  const isWhole = found !== undefined && holdsArchive(folder, archive.files)
  if (!isWhole) placeArchive(folder, archive)
  const stamp = isWhole ? found : stampOf(folder, archive.files)
  if (stamp !== undefined) writeStamp(file, stamp)
}
