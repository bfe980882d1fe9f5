import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {resolve} from 'node:path'
import type {Config} from '../config/schema.ts'
import {ConductError} from '../errors.ts'

/** Whether an entry of `validators` is a path rather than a name. */
export function isLocalFile(use: string): boolean {
  return /^(\.{1,2}\/|\/|[a-zA-Z]:[\\/])/.test(use)
}

/** SHA-256 of each validator that is a file of the project, by its path in the configuration. What is not there has none. */
export async function hashLocalFiles(validators: Config['validators'], projectDir: string): Promise<Readonly<Record<string, string>>> {
  const uses = (validators ?? []).map((entry) => (typeof entry === 'string' ? entry : entry.use)).filter(isLocalFile)
  const hashes = await Promise.all(uses.map(async (use) => [use, await hashFile(resolve(projectDir, use))] as const))
  return Object.fromEntries(hashes.filter((entry): entry is readonly [string, string] => entry[1] !== undefined))
}

/**
 * Refuses a file that changed since its task began: an agent, whose work it judges, may have written it.
 *
 * @param frozen what `hashLocalFiles` said then
 * @throws {ConductError} `CONFIG_INVALID`
 */
export async function refuseChangedFile(use: string, projectDir: string, frozen: Readonly<Record<string, string>> = {}): Promise<void> {
  const known = frozen[use]
  if (known === undefined || known === (await hashFile(resolve(projectDir, use)))) return
  throw new ConductError('CONFIG_INVALID', `The validator ${use} is not what it was when the task began, and was not loaded.`, [
    `Put it back: git checkout -- ${use}`,
    'Or begin another task with it as it is: conduct run --new',
  ])
}

async function hashFile(path: string): Promise<string | undefined> {
  const data = await readFile(path).catch(() => undefined)
  return data && createHash('sha256').update(data).digest('hex')
}
