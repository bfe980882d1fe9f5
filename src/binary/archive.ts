import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'

/** A file that the executable carries: its path with `/`, its size in bytes, the sha256 of its content in hex. */
export type PackedFile = readonly [path: string, size: number, sha256: string]

/** Files that are unpacked together. */
export interface Archive {
  readonly files: readonly PackedFile[]
  /** The contents one after another, in the order of `files`, compressed with zstd. Asked for when something is unpacked. */
  bytes(): Uint8Array
}

/** Most starts hash and unpack nothing, and these modules of Node take their time. */
const crypto = () => process.getBuiltinModule('node:crypto')
const zlib = () => process.getBuiltinModule('node:zlib')

/** @param contents by path; they are packed in the order of their names, so that the same files make the same archive */
export function packArchive(contents: ReadonlyMap<string, Uint8Array>): {files: readonly PackedFile[]; bytes: Uint8Array} {
  const sorted = [...contents].sort(([a], [b]) => (a < b ? -1 : 1))
  const files = sorted.map(([path, content]): PackedFile => [path, content.length, crypto().hash('sha256', content)])
  const plain = Buffer.concat(sorted.map(([, content]) => content))
  const {constants, zstdCompressSync} = zlib()
  return {files, bytes: zstdCompressSync(plain, {params: {[constants.ZSTD_c_compressionLevel]: 19}})}
}

/**
 * Writes every file below `folder`.
 *
 * @throws {Error} with the code of the system, such as `ENOSPC`
 */
export function unpackArchive({files, bytes}: Archive, folder: string): void {
  const plain = zlib().zstdDecompressSync(bytes())
  const made = new Set<string>()
  let offset = 0
  for (const [path, size] of files) {
    const file = join(folder, path)
    if (!made.has(dirname(file))) mkdirSync(dirname(file), {recursive: true, mode: 0o700})
    made.add(dirname(file))
    writeFileSync(file, plain.subarray(offset, offset + size), {mode: 0o600})
    offset += size
  }
}

/** Whether a folder holds these files, byte for byte, and no other. */
export function holdsArchive(folder: string, files: readonly PackedFile[]): boolean {
  return files.every((file) => holdsFile(folder, file)) && countFiles(folder) === files.length
}

/** Whether a folder holds this file, byte for byte. */
export function holdsFile(folder: string, [path, size, sha256]: PackedFile): boolean {
  try {
    const content = readFileSync(join(folder, path))
    return content.length === size && crypto().hash('sha256', content) === sha256
  } catch {
    // Absent, a folder, not to be read: not what was packed.
    return false
  }
}

function countFiles(folder: string): number {
  return readdirSync(folder, {recursive: true, withFileTypes: true}).filter((entry) => !entry.isDirectory()).length
}
