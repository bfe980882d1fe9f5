import {chmodSync, existsSync, lstatSync, mkdirSync} from 'node:fs'
import {dirname, join} from 'node:path'

/** What decides where the executable may unpack itself. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  /** Of the user; `''` when there is none. */
  readonly home: string
  readonly tmp: string
  /** Numeric id of the user; -1 where the system has none. */
  readonly uid: number
}

/**
 * Folders in which the executable may unpack itself, best first: the one that `CONDUCT_CACHE_DIR` names, the user's cache, and
 * a private one among the temporary files, for a user without a home or with a full disk.
 */
export function cacheFolders({env, platform, home, tmp, uid}: Surroundings): readonly string[] {
  const own = env['CONDUCT_CACHE_DIR']
  const user = own ? own : userCache(env, platform, home)
  const name = uid === -1 ? 'conduct' : `conduct-${uid}`
  return [...(user === undefined ? [] : [join(user, 'binary')]), join(tmp, name, 'binary')]
}

function userCache(env: Surroundings['env'], platform: NodeJS.Platform, home: string): string | undefined {
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'conduct')
  if (platform === 'win32' && env['LOCALAPPDATA']) return join(env['LOCALAPPDATA'], 'conduct', 'Cache')
  // A user without a home is often given one that is not there, or the root of the disk.
  if (home === '' || home === '/') return undefined
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'conduct') : join(home, '.cache', 'conduct')
}

/**
 * Makes the folder, for this user alone.
 *
 * @throws {Error} when it cannot be made, or when another user could put something there
 */
export function openPrivateFolder(folder: string, uid: number): void {
  makeFolder(folder)
  if (uid === -1) return
  for (const each of [dirname(folder), folder]) {
    const facts = lstatSync(each)
    if (!facts.isDirectory()) throw new Error(`${each} is no folder`)
    if (facts.uid !== uid && facts.uid !== 0) throw new Error(`${each} belongs to another user`)
    if ((facts.mode & OTHERS_MAY_WRITE) !== 0 && facts.uid === uid) chmodSync(each, facts.mode & ~OTHERS_MAY_WRITE)
  }
}

/** Node's own way to make those above too goes round for ever where a file system says that a new folder is not there. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder, {mode: 0o700})
  } catch (error) {
    // Another made it meanwhile.
    if (!existsSync(folder)) throw error
  }
}

const OTHERS_MAY_WRITE = 0o022
