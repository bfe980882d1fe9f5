/** One file that two trees have differently. */
export interface FileDiff {
  readonly path: string
  /** `000000` when the file is not there. */
  readonly oldMode: string
  readonly newMode: string
  /** Zeros when the file is not there. */
  readonly oldId: string
  readonly newId: string
  readonly isBinary: boolean
  readonly hunks: readonly Hunk[]
}

/** Lines without their newline. */
export interface Hunk {
  readonly oldStart: number
  readonly newStart: number
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

/** Options of `diff-tree` for `parseDiffs`: nothing in a configuration or an attribute may change what it prints. */
export const DIFF_OPTIONS = [
  ...'-r --raw -p -U0 --full-index --no-renames --no-color --no-ext-diff --no-textconv --submodule=short'.split(' '),
  '--ignore-submodules=none',
  '--diff-algorithm=histogram',
  '--src-prefix=a/',
  '--dst-prefix=b/',
]

/**
 * Reads the output of `diff-tree --stdin` for pairs of trees: `OLD NEW` -> its files.
 *
 * Names are taken from the raw lines only, where git quotes them; the patches come in the same order. Lines of a file are
 * counted off by their hunk's header, so no content can pass for a header.
 */
export function parseDiffs(text: string): ReadonlyMap<string, readonly FileDiff[]> {
  const lines = text.split('\n')
  const result = new Map<string, FileDiff[]>()
  let files: MutableDiff[] = []
  let next = 0
  let file: MutableDiff | undefined
  for (let position = 0; position < lines.length; position++) {
    const line = lines[position] ?? ''
    if (PAIR.test(line)) {
      files = []
      next = 0
      result.set(line, files)
    } else if (line.startsWith(':')) files.push(parseRaw(line))
    else if (line.startsWith('diff --git ')) {
      // A file that becomes a link, or the reverse, has two patches.
      if (!file?.isTypeChange || file.patches === 2 || file !== files[next - 1]) file = files[next++]
      if (file) file.patches++
    } else if (line.startsWith('@@ ') && file) {
      const {hunk, end} = parseHunk(lines, position)
      file.hunks.push(hunk)
      position = end
    } else if (line.startsWith('Binary files ') && file) file.isBinary = true
  }
  return result
}

/** A name as git prints it: in quotes, with escapes, when it holds anything unusual. */
export function unquotePath(text: string): string {
  if (!text.startsWith('"')) return text
  const bytes: number[] = []
  for (const [, octal, escaped, plain = ''] of text.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gsu)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8))
    else bytes.push(...Buffer.from(escaped === undefined ? plain : (ESCAPES[escaped] ?? escaped)))
  }
  return Buffer.from(bytes).toString()
}

interface MutableDiff extends FileDiff {
  isBinary: boolean
  readonly hunks: Hunk[]
  readonly isTypeChange: boolean
  patches: number
}

const PAIR = /^[0-9a-f]{40,64} [0-9a-f]{40,64}$/

const ESCAPES: Readonly<Record<string, string>> = {a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v'}

function parseRaw(line: string): MutableDiff {
  const tab = line.indexOf('\t')
  const [oldMode = '', newMode = '', oldId = '', newId = '', status = ''] = line.slice(1, tab).split(' ')
  const path = unquotePath(line.slice(tab + 1))
  return {path, oldMode, newMode, oldId, newId, isBinary: false, hunks: [], isTypeChange: status === 'T', patches: 0}
}

function parseHunk(lines: readonly string[], start: number): {readonly hunk: Hunk; readonly end: number} {
  const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(lines[start] ?? '')
  if (!header) throw new Error(`Internal error: no hunk: ${lines[start]}`)
  const [, oldStart = '0', oldCount = '1', newStart = '0', newCount = '1'] = header
  const [removed, added]: [string[], string[]] = [[], []]
  let position = start
  while (removed.length < Number(oldCount) || added.length < Number(newCount)) {
    const line = lines[++position]
    if (line === undefined) throw new Error('Internal error: a diff ends within a hunk')
    if (line.startsWith('-')) removed.push(line.slice(1))
    else if (line.startsWith('+')) added.push(line.slice(1))
  }
  return {hunk: {oldStart: Number(oldStart), newStart: Number(newStart), removed, added}, end: position}
}
