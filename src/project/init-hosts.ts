import {mkdir, readFile, realpath, rename, rm, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {isDeepStrictEqual} from 'node:util'
import {ConductError} from '../errors.ts'
import type {OwnFile, SharedFile} from './host-file.ts'
import {HOST_FILES, HOSTS, type Host} from './hosts.ts'
import {JsonSyntaxError} from './json-text.ts'
import {assertWritable, notWritable, realPlace} from './real-place.ts'
import {isSealed} from './seal.ts'

/** `kept`: a person changed it, so it stays as it is. */
export type FileAction = 'created' | 'updated' | 'unchanged' | 'kept'

/** One file of a host, and what is to become of it. */
export interface PlannedFile {
  /** Relative to the repository. */
  readonly path: string
  readonly action: FileAction
  /** Where it really lies. */
  readonly place: string
  /** What is to be written; absent when nothing is. */
  readonly text?: string
}

/**
 * What `writePlanned` would do for these coding agents. Reads only, and looks at everything, so that nothing is
 * written when one file cannot be.
 *
 * @param root root of the repository
 * @throws {ConductError} `CONFIG_INVALID` when a file of the person's cannot be read, `NOT_WRITABLE`
 */
export async function planHosts(root: string, hosts: readonly Host[]): Promise<readonly PlannedFile[]> {
  const realRoot = await realpath(root)
  const files = hosts.map((host) => HOST_FILES[host]())
  const plans: PlannedFile[] = []
  for (const {shared, own} of files) {
    plans.push(await planShared(realRoot, shared))
    for (const file of own) plans.push(await planOwn(realRoot, file))
  }
  for (const {place, path, text} of plans) if (text !== undefined) await assertWritable(place, path)
  return plans
}

async function planOwn(root: string, {path, text}: OwnFile): Promise<PlannedFile> {
  const place = await realPlace(root, path)
  const there = await readText(place, path)
  if (there === undefined) return {path, place, action: 'created', text}
  if (there.replaceAll('\r\n', '\n') === text) return {path, place, action: 'unchanged'}
  return isSealed(there) ? {path, place, action: 'updated', text} : {path, place, action: 'kept'}
}

async function planShared(root: string, file: SharedFile): Promise<PlannedFile> {
  const path = await choosePath(root, file)
  const place = await realPlace(root, path)
  const there = await readText(place, path)
  if (there === undefined || there.trim() === '')
    return {path, place, action: there === undefined ? 'created' : 'updated', text: file.fresh}
  try {
    const entry = file.read(there)
    if (entry === undefined) return {path, place, action: 'updated', text: file.add(there)}
    return {path, place, action: isDeepStrictEqual(JSON.parse(JSON.stringify(entry)), file.entry) ? 'unchanged' : 'kept'}
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

async function choosePath(root: string, {path, otherPath}: SharedFile): Promise<string> {
  if (otherPath === undefined) return path
  return (await readText(await realPlace(root, otherPath), otherPath)) === undefined ? path : otherPath
}

/** `undefined` when there is none. */
async function readText(place: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(place, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw notWritable(path, error instanceof Error ? error.message : String(error), error)
  }
}

function unreadable(path: string, cause: unknown): ConductError {
  const where = cause instanceof JsonSyntaxError ? `${path}:${cause.line}:${cause.column}` : path
  const what = cause instanceof Error ? cause.message : String(cause)
  return new ConductError(
    'CONFIG_INVALID',
    `${where} cannot be read: ${what}. Nothing was written.`,
    ['Mend the file, then do the same again.', `See the entry that it needs: conduct init --print ${path}`],
    cause,
  )
}

/** Writes what is planned: all files are beside their places before the first one takes its place. */
export async function writePlanned(files: readonly PlannedFile[]): Promise<void> {
  const drafts: {readonly draft: string; readonly place: string}[] = []
  try {
    for (const {path, place, text} of files) {
      if (text === undefined) continue
      const draft = `${place}.conduct-${process.pid}`
      drafts.push({draft, place})
      await writeDraft(draft, text).catch((cause: unknown) => {
        throw notWritable(path, cause instanceof Error ? cause.message : String(cause), cause)
      })
    }
    for (const {draft, place} of drafts) await rename(draft, place)
  } finally {
    for (const {draft} of drafts) await rm(draft, {force: true})
  }
}

async function writeDraft(draft: string, text: string): Promise<void> {
  await mkdir(dirname(draft), {recursive: true})
  await writeFile(draft, text)
}

/** What this version of conduct would write to `path` in an empty repository. @throws {ConductError} `USAGE` */
export function printHostFile(path: string): string {
  const files = HOSTS.flatMap((host) => {
    const {shared, own} = HOST_FILES[host]()
    return [{path: shared.path, text: shared.fresh}, ...(shared.otherPath ? [{path: shared.otherPath, text: shared.fresh}] : []), ...own]
  })
  const file = files.find((candidate) => candidate.path === path)
  if (file) return file.text
  throw new ConductError('USAGE', `conduct init writes no file called ${path}.`, [
    `It writes: ${files.map((known) => known.path).join(' ')}`,
  ])
}
