import {posix} from 'node:path'
import type {ValidatorInput} from 'conduct-cli/plugin'

/** A folder with a `go.mod`. */
export interface GoModule {
  /** `.` for the root. */
  readonly dir: string
  /** `false` below a `go.work` that does not name it: Go refuses it there unless told to forget the workspace. */
  readonly inWorkspace: boolean
}

/** Go itself leaves these folders out of `./...`. */
const IGNORED = /(?:^|\/)(?:vendor|testdata|node_modules|_[^/]*|\.[^/]*)\//

/** Modules that have Go files, the root first, then by name. */
export async function findModules({files, readText}: Pick<ValidatorInput, 'files' | 'readText'>): Promise<readonly GoModule[]> {
  const dirs = files.filter((file) => /(?:^|\/)go\.mod$/.test(file) && !IGNORED.test(file)).map((file) => posix.dirname(file))
  const used = files.includes('go.work') ? parseUses((await readText('go.work')) ?? '') : undefined
  return dirs
    .filter((dir) => files.some((file) => file.endsWith('.go') && nearest(file, dirs) === dir))
    .sort((one, other) => Number(other === '.') - Number(one === '.') || (one < other ? -1 : 1))
    .map((dir) => ({dir, inWorkspace: used === undefined || used.has(dir)}))
}

/** `use ./a` and `use ( ./a ./b )`. */
function parseUses(text: string): ReadonlySet<string> {
  const lines = text.replaceAll(/\/\/.*/g, '')
  const blocks = [...lines.matchAll(/^\s*use\s*(?:\(([^)]*)\)|(\S+))/gm)]
  const words = blocks.flatMap(([, block, single]) => (block ?? single ?? '').split(/\s+/)).filter((word) => word !== '')
  return new Set(words.map((word) => posix.normalize(word.replaceAll('"', '')).replace(/\/$/, '')))
}

/** The module that a file belongs to: the closest `go.mod` above it. */
function nearest(file: string, dirs: readonly string[]): string | undefined {
  return dirs.filter((dir) => dir === '.' || file.startsWith(`${dir}/`)).sort((one, other) => other.length - one.length)[0]
}
