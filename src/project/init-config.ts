import {writeFile} from 'node:fs/promises'
import {join, relative} from 'node:path'
import {readConfigFile} from '../config/file.ts'
import {ConductError} from '../errors.ts'
import {detectProject, type DetectOptions} from './detect.ts'

/** What `conduct init` did. */
export interface InitResult {
  /** `false` when there was a configuration already: it is never overwritten. */
  readonly created: boolean
  /** Relative to the repository. */
  readonly file: string
  readonly notes: readonly string[]
}

const FILE = 'conduct.config.json'

/**
 * Writes a first `conduct.config.json` with what the project shows.
 *
 * @throws {ConductError} `CONFIG_INVALID` when there is one that cannot be read, `DISK_FULL` when it cannot be written
 */
export async function initConfig(options: DetectOptions): Promise<InitResult> {
  const existing = await readConfigFile(options.root)
  if (existing) return {created: false, file: relative(options.root, existing.file), notes: []}
  const {config, notes} = await detectProject(options)
  await writeNew(join(options.root, FILE), `${JSON.stringify(config, null, 2)}\n`)
  return {created: true, file: FILE, notes}
}

async function writeNew(path: string, text: string): Promise<void> {
  // `wx`: a file that appeared in between stays as it is.
  await writeFile(path, text, {flag: 'wx'}).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConductError('DISK_FULL', `Cannot write ${path}: ${reason}`, ['Make the folder writable, or free some space.'], cause)
  })
}
