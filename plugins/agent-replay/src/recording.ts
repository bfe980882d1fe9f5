import {readFile} from 'node:fs/promises'
import path from 'node:path'
import type {AgentEvent, AgentOutcome, Usage} from 'conduct-cli/plugin'

/** One recorded attempt, checked. */
export interface Recording {
  /** Holds the new contents, at the paths they have in the worktree; need not exist. */
  readonly filesDir: string
  readonly deleted: readonly string[]
  readonly executable: readonly string[]
  /** Path of the link -> its target. */
  readonly symlinks: Readonly<Record<string, string>>
  /** `afterMs` counts from the launch. */
  readonly events: readonly {readonly afterMs: number; readonly event: AgentEvent}[]
  readonly durationMs: number
  readonly outcome: AgentOutcome
  readonly usage?: Usage
}

export type ReadResult = {readonly ok: true; readonly recording: Recording} | {readonly ok: false; readonly problem: string}

type Fields = Readonly<Record<string, unknown>>

/** Reads the recording in `folder`. What people wrote by hand is checked, and every fault has its place. */
export async function readRecording(folder: string): Promise<ReadResult> {
  const file = path.join(folder, 'recording.json')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error)
  if (typeof text !== 'string') return {ok: false, problem: unreadable(file, text)}
  try {
    return {ok: true, recording: {...parseManifest(JSON.parse(text)), filesDir: path.join(folder, 'files')}}
  } catch (error) {
    return {ok: false, problem: `The recording ${file} is broken: ${error instanceof Error ? error.message : String(error)}`}
  }
}

function unreadable(file: string, error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT') return `Cannot read the recording ${file}: ${error.message}`
  return `There is no recording of this attempt: looked for ${file}.`
}

function parseManifest(manifest: unknown): Omit<Recording, 'filesDir'> {
  const fields = toFields(manifest, 'it')
  if (fields.format !== 1) throw new Error(`format must be 1, not ${JSON.stringify(fields.format)}`)
  return {
    deleted: toStrings(fields.deleted ?? [], 'deleted'),
    executable: toStrings(fields.executable ?? [], 'executable'),
    symlinks: parseSymlinks(fields.symlinks ?? {}),
    events: toList(fields.events ?? [], 'events').map((event, index) => parseEvent(event, `events[${index}]`)),
    durationMs: toAmount(fields.duration_ms ?? 0, 'duration_ms'),
    // Its shape is the contract's; conduct checks it as it checks every backend's answer.
    outcome: parseOutcome(fields.outcome),
    ...(fields.usage === undefined ? {} : {usage: parseUsage(fields.usage, 'usage')}),
  }
}

function parseSymlinks(value: unknown): Readonly<Record<string, string>> {
  const links = Object.entries(toFields(value, 'symlinks'))
  return Object.fromEntries(links.map(([link, target]) => [link, toText(target, `symlinks["${link}"]`)]))
}

function parseEvent(value: unknown, at: string): {afterMs: number; event: AgentEvent} {
  const {after_ms: afterMs = 0, ...event} = toFields(value, at)
  toText(event.type, `${at}.type`)
  // Its shape is the contract's; conduct checks what is emitted.
  return {afterMs: toAmount(afterMs, `${at}.after_ms`), event: event as unknown as AgentEvent}
}

function parseOutcome(value: unknown): AgentOutcome {
  const outcome = toFields(value, 'outcome')
  toText(outcome.status, 'outcome.status')
  return outcome as unknown as AgentOutcome
}

function parseUsage(value: unknown, at: string): Usage {
  const {tokens = 0, usd = 0, ...parts} = toFields(value, at)
  // What the sum is made of is checked by conduct.
  return {...parts, tokens: toAmount(tokens, `${at}.tokens`), usd: toAmount(usd, `${at}.usd`)}
}

function toFields(value: unknown, at: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${at} must be an object`)
  return value as Fields // checked one line above
}

function toList(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${at} must be a list`)
  return value
}

function toStrings(value: unknown, at: string): readonly string[] {
  return toList(value, at).map((item, index) => toText(item, `${at}[${index}]`))
}

function toText(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new Error(`${at} must be a string`)
  return value
}

function toAmount(value: unknown, at: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new Error(`${at} must be a number from 0`)
  return value
}
