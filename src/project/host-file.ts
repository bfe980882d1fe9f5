import {addEntry, readEntry} from './json-edit.ts'
import {SEAL_LINE, sealText} from './seal.ts'
import {addTable, readTable} from './toml-edit.ts'

/** A file that is ours alone; `text` is sealed. */
export interface OwnFile {
  /** Relative to the root of the repository. */
  readonly path: string
  readonly text: string
}

/** A file of the person's, in which our server has an entry. */
export interface SharedFile {
  readonly path: string
  /** Another name that the agent reads; used when that one is there. */
  readonly otherPath?: string
  readonly entry: Entry
  /** Our entry as it stands in `text`. Throws when that cannot be read. */
  read(text: string): unknown
  /** `text` with our entry. Throws when that cannot be. */
  add(text: string): string
  /** The whole file, where there is none. */
  readonly fresh: string
}

export type Entry = Readonly<Record<string, string | number | boolean | readonly string[]>>

/** @param head what else a new file begins with */
export function jsonFile(path: string, group: string, entry: Entry, head: Readonly<Record<string, string>> = {}): SharedFile {
  return {
    path,
    entry,
    read: (text) => readEntry(text, group, 'conduct'),
    add: (text) => addEntry(text, group, 'conduct', entry),
    fresh: `${JSON.stringify({...head, [group]: {conduct: entry}}, undefined, 2)}\n`,
  }
}

export function tomlFile(path: string, group: string, entry: Entry): SharedFile {
  const add = (text: string) => addTable(text, group, 'conduct', entry)
  return {path, entry, read: (text) => readTable(text, group, 'conduct'), add, fresh: add('')}
}

/** A sealed Markdown file with front matter. */
export function sealedMarkdown(path: string, body: string, front: Readonly<Record<string, string | number | boolean>>): OwnFile {
  // JSON is YAML, whatever a description holds.
  const lines = Object.entries(front).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
  return {path, text: sealText(['---', SEAL_LINE, ...lines, '---', '', body.trimEnd(), ''].join('\n'))}
}

/** A sealed TOML file; the values are TOML already. */
export function sealedToml(path: string, values: Readonly<Record<string, string>>): OwnFile {
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${value}`)
  return {path, text: sealText([SEAL_LINE, ...lines, ''].join('\n'))}
}
