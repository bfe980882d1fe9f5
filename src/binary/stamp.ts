import {lstatSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import type {PackedFile} from './archive.ts'

/**
 * What the system says of each file and folder: whatever changes them changes this, as git's index knows a file. To compare it
 * takes a hundredth of the time of hashing all files.
 *
 * @returns one line each, or `undefined` when one is not there
 */
export function stampOf(folder: string, files: readonly PackedFile[]): string | undefined {
  const paths = files.map(([path]) => path)
  const folders = new Set(paths.map((path) => dirname(path)))
  const lines: string[] = []
  for (const path of [...paths, ...folders]) {
    const facts = lstatSync(join(folder, path), {throwIfNoEntry: false})
    if (!facts) return undefined
    lines.push([path, facts.ino, facts.mode, facts.size, facts.mtimeMs, facts.ctimeMs].join(' '))
  }
  return lines.join('\n')
}

/** Whether this stamp was kept. */
export function hasStamp(file: string, stamp: string | undefined): boolean {
  return stamp !== undefined && readStamp(file) === stamp
}

function readStamp(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // None was written, or none could be.
    return ''
  }
}

/** Keeps it for the next start. Where nothing may be written, every start hashes all files. */
export function writeStamp(file: string, stamp: string): void {
  try {
    const draft = `${file}.${process.pid}`
    writeFileSync(draft, stamp, {mode: 0o600})
    renameSync(draft, file)
  } catch {
    // It only saves time.
  }
}
