import {mkdir, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {ConductError} from '../errors.ts'
import {specTemplate} from './template.ts'

/**
 * Writes the template to `path`, making its folder.
 *
 * @throws {ConductError} `USAGE` when something is there already; it stays as it is
 */
export async function createSpec(path: string): Promise<void> {
  await mkdir(dirname(path), {recursive: true})
  await writeFile(path, specTemplate(), {flag: 'wx'}).catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    throw new ConductError('USAGE', `${path} is there already.`, ['`conduct spec check` looks at it; or name another file.'], cause)
  })
}
