import {posix} from 'node:path'
import {nearestFolder} from '@conduct-cli/toolchain'
import type {ValidatorInput} from 'conduct-cli/plugin'
import type {Unit} from './linter.ts'

/** Changed files that match, each with the closest folder that has a configuration; files without one are left out. */
export function planByConfig(
  {changedFiles}: Pick<ValidatorInput, 'changedFiles'>,
  configs: ReadonlyMap<string, string>,
  pattern: RegExp,
): readonly Unit[] {
  const folders = new Set(configs.keys())
  const units = new Map<string, string[]>()
  for (const file of changedFiles.filter((name) => pattern.test(name))) {
    const dir = nearestFolder(file, folders)
    if (dir === undefined) continue
    units.set(dir, [...(units.get(dir) ?? []), dir === '.' ? file : posix.relative(dir, file)])
  }
  return [...units].sort(([one], [other]) => (one < other ? -1 : 1)).map(([dir, files]) => ({dir, files, config: configs.get(dir)}))
}

/** Folders that have a file of one of these names, in the order of the names. */
export function foldersWith(files: readonly string[], names: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const name of names) {
    for (const file of files) {
      const isThere = file === name || file.endsWith(`/${name}`)
      if (isThere && !/(?:^|\/)node_modules\//.test(file) && !found.has(posix.dirname(file))) found.set(posix.dirname(file), file)
    }
  }
  return found
}

/** The same for files that configure a linter only when their text says so. */
export async function foldersSaying(
  {files, readText}: Pick<ValidatorInput, 'files' | 'readText'>,
  name: string,
  says: RegExp,
): Promise<ReadonlyMap<string, string>> {
  const candidates = [...foldersWith(files, [name])]
  const hits = await Promise.all(candidates.map(async ([, file]) => says.test((await readText(file)) ?? '')))
  return new Map(candidates.filter((_, index) => hits[index]))
}

/** Paths for a command line: none looks like a flag. */
export const asArguments = (files: readonly string[]): readonly string[] => files.map((file) => `./${file}`)
