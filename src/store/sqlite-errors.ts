import {existsSync} from 'node:fs'
import {mkdtemp, rmdir, statfs} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {ConductError} from '../errors.ts'
import {storeFull, storeReadOnly, storeUnreachable} from './errors.ts'

type Fault = 'busy' | 'full' | 'read-only' | 'damaged' | 'unusable'

/** SQLite's primary result codes. @see https://sqlite.org/rescode.html */
const BY_RESULT_CODE: Readonly<Record<number, Fault>> = {
  3: 'read-only',
  5: 'busy',
  6: 'busy',
  8: 'read-only',
  10: 'unusable',
  11: 'damaged',
  13: 'full',
  14: 'unusable',
  // SQLITE_PROTOCOL: the race of several processes that start write-ahead logging at the same moment.
  15: 'busy',
  26: 'damaged',
}

/** Deno passes on SQLite's text without its code. */
const BY_TEXT: readonly (readonly [string, Fault])[] = [
  ['is locked', 'busy'],
  ['locking protocol', 'busy'],
  ['disk is full', 'full'],
  ['readonly database', 'read-only'],
  ['access permission denied', 'read-only'],
  ['unable to open database', 'unusable'],
  ['disk I/O error', 'unusable'],
  ['malformed', 'damaged'],
  ['is not a database', 'damaged'],
]

const BY_SYSTEM_CODE: Readonly<Record<string, Fault>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EACCES: 'read-only',
  EPERM: 'read-only',
  EROFS: 'read-only',
  EEXIST: 'unusable',
  ENOTDIR: 'unusable',
  ENOENT: 'unusable',
}

/** Another process holds the lock: the same call may succeed a moment later. */
export function isBusy(error: unknown): boolean {
  return classify(error) === 'busy'
}

/** What a person can mend, as a `ConductError`; anything else is returned as it came. */
export async function toStoreError(error: unknown, file: string): Promise<unknown> {
  switch (classify(error)) {
    case 'full':
      return storeFull(file, error)
    case 'read-only':
      return storeReadOnly(file, error)
    case 'damaged':
      return storeUnreachable(
        file,
        `is damaged, or is no store of conduct (${textOf(error)})`,
        [`Move ${file} (with its -wal and -shm files) aside and start again; \`sqlite3 FILE .recover\` may save what is in it.`],
        error,
      )
    case 'unusable':
      return await toDiskError(error, file)
    default:
      return error
  }
}

/** "Unable to open" and "I/O error" do not say why, so ask the disk. */
async function toDiskError(error: unknown, file: string): Promise<ConductError> {
  const folder = nearestFolder(dirname(file))
  const fault = await tryToWrite(folder)
  if (fault === 'read-only') return storeReadOnly(file, error)
  if (fault === 'full' || (await hasNoRoom(folder))) return storeFull(file, error)
  return storeUnreachable(
    file,
    `cannot be opened (${textOf(error)})`,
    [`Check that ${dirname(file)} is a folder and ${file} a plain file.`, 'Or keep the state elsewhere: set CONDUCT_STATE_DIR.'],
    error,
  )
}

/** The folder, or the first above it that exists: on a read-only disk Node reports a missing folder, not the disk. */
function nearestFolder(folder: string): string {
  const parent = dirname(folder)
  return existsSync(folder) || parent === folder ? folder : nearestFolder(parent)
}

/** Makes and removes a folder: permission bits alone do not show a read-only mount on every runtime. */
async function tryToWrite(folder: string): Promise<Fault | undefined> {
  try {
    await rmdir(await mkdtemp(join(folder, '.conduct-')))
    return undefined
  } catch (error) {
    return classify(error)
  }
}

async function hasNoRoom(folder: string): Promise<boolean> {
  return statfs(folder).then(
    ({bavail}) => bavail === 0,
    () => false,
  )
}

function classify(error: unknown): Fault | undefined {
  if (!(error instanceof Error) || error instanceof ConductError) return undefined
  const {code, errcode} = error as Error & {readonly code?: unknown; readonly errcode?: unknown}
  // Extended codes carry the primary one in their low byte.
  if (typeof errcode === 'number') return BY_RESULT_CODE[errcode & 0xff]
  if (code === 'ERR_SQLITE_ERROR') return BY_TEXT.find(([text]) => error.message.includes(text))?.[1]
  return typeof code === 'string' ? BY_SYSTEM_CODE[code] : undefined
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
