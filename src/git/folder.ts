import {access, constants, stat} from 'node:fs/promises'
import {ConductError} from '../errors.ts'

/**
 * Can work be done in it? Whoever looks for a repository from below would otherwise find the one around a name that is wrong.
 *
 * @throws {ConductError} `NOT_A_REPOSITORY`
 */
export async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw unusable(path, 'is not there, or may not be looked at')
  if (!found.isDirectory()) throw unusable(path, 'is a file, not a folder')
  await access(path, constants.R_OK | constants.X_OK).catch(() => {
    throw unusable(path, 'may not be read by this user')
  })
}

const unusable = (path: string, why: string) =>
  new ConductError('NOT_A_REPOSITORY', `${path} ${why}.`, ['Name a folder of the repository that this user can read and enter.'])
