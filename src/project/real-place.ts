import {constants} from 'node:fs'
import {access, lstat, realpath} from 'node:fs/promises'
import {basename, dirname, join, relative, sep} from 'node:path'
import {ConductError} from '../errors.ts'

/**
 * Where a file of a repository really lies, or would: links are followed, since people keep such folders as links, but
 * never out of the repository or into its `.git`. Nothing is written.
 *
 * @param root the repository, links resolved
 * @throws {ConductError} `NOT_WRITABLE` when it leads elsewhere
 */
export async function realPlace(root: string, path: string): Promise<string> {
  const place = await resolveNearest(join(root, path)).catch((cause: unknown) => {
    throw notWritable(path, reasonOf(cause), cause)
  })
  const [first] = relative(root, place).split(sep)
  if (first === '..' || first === '.git') throw notWritable(path, `a link leads to ${place}`)
  return place
}

/** @throws {ConductError} `NOT_WRITABLE`, as far as that can be known before */
export async function assertWritable(place: string, path: string): Promise<void> {
  await access(await nearest(place), constants.W_OK).catch((cause: unknown) => {
    throw notWritable(path, reasonOf(cause), cause)
  })
}

/** The file itself, or the folder that it would be made in. */
async function nearest(place: string): Promise<string> {
  const isThere = await lstat(place).then(
    () => true,
    () => false,
  )
  return isThere ? place : nearest(dirname(place))
}

async function resolveNearest(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    const isLink = await lstat(path).then(
      (entry) => entry.isSymbolicLink(),
      () => false,
    )
    if (isLink || !isMissing(error)) throw error
    return join(await resolveNearest(dirname(path)), basename(path))
  }
}

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'

const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))

export const notWritable = (path: string, reason: string, cause?: unknown) =>
  new ConductError('NOT_WRITABLE', `Cannot write ${path}: ${reason}. Nothing was written.`, ['Mend that, then do the same again.'], cause)
