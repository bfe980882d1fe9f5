import {isAbsolute, join, resolve} from 'node:path'
import {ConductError} from '../errors.ts'

/**
 * Folder of everything conduct keeps for a user: the embedded store, worktrees, transcripts. It may not exist yet.
 *
 * @throws {ConductError} when the environment names neither it nor a home folder
 */
export function stateDir(env: Readonly<Record<string, string | undefined>>): string {
  const {CONDUCT_STATE_DIR: own, XDG_STATE_HOME: xdg, HOME, USERPROFILE} = env
  if (own) return resolve(own)
  // The XDG specification has relative paths ignored.
  if (xdg && isAbsolute(xdg)) return join(xdg, 'conduct')
  const home = HOME || USERPROFILE
  if (home) return join(resolve(home), '.local', 'state', 'conduct')
  throw new ConductError('STORE_UNREACHABLE', 'There is no folder for the state of conduct: HOME is not set.', [
    'Set CONDUCT_STATE_DIR to a folder that you can write.',
  ])
}
