import {copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import type {Fields} from '@conduct-cli/json-fields'

/** A folder of one attempt, which holds what gemini takes for its home. */
export interface PrivateHome {
  /** For GEMINI_CLI_HOME. */
  readonly home: string
  /** For TMPDIR: gemini leaves reports of errors and outputs of commands there. */
  readonly tmp: string
  /** Path for `--policy`, when there is one. */
  readonly policy?: string
  remove(): Promise<void>
}

export interface PrivateHomeInput {
  /** The person's `.gemini`. */
  readonly folder: string
  readonly settings: Fields
  readonly policy?: string
  /** Where temporary files belong. */
  readonly tmpDir?: string
}

/** Login and sessions stay where they are, so that a login goes on working and a session can be gone on with. */
const LINKED_FILES = ['oauth_creds.json', 'google_accounts.json', 'gemini-credentials.json', 'installation_id']
const LINKED_FOLDERS = ['tmp', 'history']
/** Read, and not to be written for the person's other sessions. */
const COPIED = ['GEMINI.md']

/**
 * Gemini takes settings from its home and from the tree, and from the system's folder only where nobody but root can write. So
 * an attempt has a home of its own, with its settings and with links to the person's login and sessions. Must be removed.
 */
export async function createPrivateHome({folder, settings, policy, tmpDir = tmpdir()}: PrivateHomeInput): Promise<PrivateHome> {
  const root = await realpath(await mkdtemp(path.join(tmpDir, 'conduct-gemini-')))
  const [own, tmp] = [path.join(root, '.gemini'), path.join(root, 'tmp')]
  const policyFile = path.join(root, 'policy.toml')
  const remove = () => rm(root, {recursive: true, force: true, maxRetries: 3})
  try {
    await Promise.all([mkdir(own), mkdir(tmp), ...LINKED_FOLDERS.map((name) => mkdir(path.join(folder, name), {recursive: true}))])
    await writeFile(path.join(own, 'settings.json'), JSON.stringify(settings))
    if (policy !== undefined) await writeFile(policyFile, policy)
    for (const name of [...LINKED_FILES, ...LINKED_FOLDERS]) await symlink(path.join(folder, name), path.join(own, name))
    for (const name of COPIED) await copyFile(path.join(folder, name), path.join(own, name)).catch(() => undefined)
  } catch (error) {
    await remove()
    throw error
  }
  return {home: root, tmp, remove, ...(policy === undefined ? {} : {policy: policyFile})}
}
