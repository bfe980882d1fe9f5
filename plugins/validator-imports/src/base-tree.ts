import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import type {Finding, ValidatorInput} from 'conduct-cli/plugin'

/** What a compiler said, and how to ask it about another checkout. */
export interface Complaints {
  readonly findings: readonly Finding[]
  /** Asks again in the folder given. */
  askIn(cwd: string): Promise<readonly Finding[]>
  /** Folders of packages that are not committed, without which the compiler is blind. */
  readonly linked: readonly string[]
}

/**
 * Complaints that the task brought: those on lines that it added, and those that the compiler does not have about the
 * base. The base is written out and compiled only when there are some of which nobody knows.
 */
export async function onlyNew({findings, askIn, linked}: Complaints, input: ValidatorInput): Promise<readonly Finding[]> {
  if (findings.length === 0 || input.baseFiles === undefined) return findings
  const isAdded = await Promise.all(findings.map((finding) => isOnAddedLine(finding, input)))
  if (!isAdded.includes(false)) return findings
  const folder = await mkdtemp(join(tmpdir(), 'conduct-imports-'))
  try {
    await writeBase(folder, linked, input)
    const left = countBy((await askIn(folder)).map(keyOf))
    return findings.filter((finding, index) => isAdded[index] || !takeOne(left, keyOf(finding)))
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

async function isOnAddedLine({file, line}: Finding, {changedFiles, addedLines}: ValidatorInput): Promise<boolean> {
  return file !== undefined && line !== undefined && changedFiles.includes(file) && (await addedLines(file)).has(line)
}

/** Links come first, and nothing is written through them. */
async function writeBase(folder: string, linked: readonly string[], {cwd, baseFiles = [], baseText}: ValidatorInput) {
  for (const link of linked) {
    await mkdir(dirname(join(folder, link)), {recursive: true})
    await symlink(join(cwd, link), join(folder, link))
  }
  for (const file of baseFiles.filter((one) => !linked.some((link) => one === link || one.startsWith(`${link}/`)))) {
    const text = await baseText(file)
    if (text === undefined) continue
    await mkdir(dirname(join(folder, file)), {recursive: true})
    await writeFile(join(folder, file), text)
  }
}

/** Lines move, words stay. */
function keyOf({file, message}: Finding): string {
  return `${file ?? ''}\0${message}`
}

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

function takeOne(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key) ?? 0
  counts.set(key, count - 1)
  return count > 0
}
