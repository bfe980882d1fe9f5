import {createHash} from 'node:crypto'
import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {AgentEvent, AgentOutcome, Role, Usage} from './agent.ts'

/** Which attempt a recording is of. */
export interface RecordingKey {
  /** From 1; 0 outside a phase. */
  readonly phaseIndex: number
  /** As in the request: several are joined by commas, `''` is none. */
  readonly module: string
  readonly role: Role
  readonly attempt: number
}

/** One file that an attempt changed; `path` is relative to the worktree, `/`-separated. */
export type RecordedChange =
  | {readonly path: string; readonly deleted: true}
  /** `content` of a symbolic link (120000) is its target. */
  | {readonly path: string; readonly deleted?: false; readonly mode: '100644' | '100755' | '120000'; readonly content: Uint8Array}

export type TimedEvent = AgentEvent & {readonly after_ms: number}

export interface AttemptRecording {
  /** Folder of the recordings; made when missing. */
  readonly dir: string
  readonly key: RecordingKey
  /** Id of the task that the attempt was made for. */
  readonly task: string
  readonly changes: readonly RecordedChange[]
  /** In order; `after_ms` counts from the launch. */
  readonly events: readonly TimedEvent[]
  readonly durationMs: number
  readonly outcome: AgentOutcome
  readonly usage: Usage
}

/**
 * Writes what an attempt did as files that people can read and edit, and that the `replay` backend plays:
 * `docs/recordings.md` has the format. An older recording of the same attempt is replaced, whole or not at all.
 *
 * @returns absolute path of the recording's folder
 */
export async function recordAttempt(recording: AttemptRecording): Promise<string> {
  const folder = path.resolve(recording.dir, recordingPath(recording.key))
  const draft = `${folder}.draft`
  await rm(draft, {recursive: true, force: true})
  await mkdir(draft, {recursive: true})
  for (const change of recording.changes) await writeChange(path.join(draft, 'files'), change)
  await writeFile(path.join(draft, 'recording.json'), `${JSON.stringify(toManifest(recording), undefined, 2)}\n`)
  await rm(folder, {recursive: true, force: true})
  await rename(draft, folder)
  return folder
}

/** Files that the recordings of a task's earlier attempts at the same work change, relative to the worktree, `/`-separated. */
export async function recordedPaths({dir, key, task}: Pick<AttemptRecording, 'dir' | 'key' | 'task'>): Promise<ReadonlySet<string>> {
  const parent = path.dirname(path.resolve(dir, recordingPath(key)))
  const folders = await readdir(parent).catch(() => [])
  const found = await Promise.all(folders.map((folder) => pathsIn(path.join(parent, folder), task)))
  return new Set(found.flat())
}

/** None in what is no recording of this task: people may keep theirs in the same folder. */
async function pathsIn(folder: string, task: string): Promise<readonly string[]> {
  const manifest = await readFile(path.join(folder, 'recording.json'), 'utf8').then(parseManifest, () => undefined)
  if (manifest?.task !== task) return []
  const files = path.join(folder, 'files')
  const entries = await readdir(files, {recursive: true, withFileTypes: true}).catch(() => [])
  const written = entries.filter((entry) => entry.isFile()).map((entry) => path.relative(files, path.join(entry.parentPath, entry.name)))
  return [...manifest.deleted, ...Object.keys(manifest.symlinks), ...written.map((file) => file.split(path.sep).join('/'))]
}

/** As `recordAttempt` wrote it; `undefined` for another one's, which may be anything. */
function parseManifest(text: string): Pick<ReturnType<typeof toManifest>, 'task' | 'deleted' | 'symlinks'> | undefined {
  try {
    const {task, deleted, symlinks} = JSON.parse(text) as Partial<ReturnType<typeof toManifest>>
    return task === undefined ? undefined : {task, deleted: deleted ?? [], symlinks: symlinks ?? {}}
  } catch {
    return undefined
  }
}

/** `p1/ledger/implementation-executor-1`: where in the folder of recordings an attempt is. */
export function recordingPath({phaseIndex, module, role, attempt}: RecordingKey): string {
  return path.posix.join(`p${phaseIndex}`, moduleFolder(module), `${role}-${attempt}`)
}

/** A module name may be anything that a document says, and many of them joined are too long for a folder. */
function moduleFolder(module: string): string {
  const safe = module.replaceAll(/[^A-Za-z0-9._,-]/g, '_').replace(/^\.+/, '_')
  if (safe.length <= 100) return safe === '' ? '_' : safe
  return `${safe.slice(0, 80)}-${createHash('sha256').update(module).digest('hex').slice(0, 12)}`
}

async function writeChange(files: string, change: RecordedChange): Promise<void> {
  if (change.deleted || change.mode === '120000') return
  const target = path.join(files, change.path)
  if (!target.startsWith(files + path.sep)) throw new Error(`Internal error: ${change.path} lies outside of the worktree`)
  await mkdir(path.dirname(target), {recursive: true})
  await writeFile(target, change.content)
}

function toManifest({key, task, changes, events, durationMs, outcome, usage}: AttemptRecording) {
  const kept = changes.filter((change) => !change.deleted)
  const links = kept.filter(({mode}) => mode === '120000')
  return {
    format: 1,
    task,
    phase: key.phaseIndex,
    module: key.module,
    role: key.role,
    attempt: key.attempt,
    deleted: changes.filter((change) => change.deleted).map((change) => change.path),
    executable: kept.filter(({mode}) => mode === '100755').map((change) => change.path),
    symlinks: Object.fromEntries(links.map((change) => [change.path, new TextDecoder().decode(change.content)])),
    events,
    duration_ms: durationMs,
    outcome,
    usage,
  }
}
