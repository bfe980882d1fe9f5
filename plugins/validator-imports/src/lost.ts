import {parseSource, type SourceTree} from '@conduct-cli/source'
import type {ValidatorInput} from 'conduct-cli/plugin'
import {exportedNames, namesAfterExport} from './javascript/exports.ts'
import {definedNames} from './python/names.ts'
import {modulesOf} from './python/distributions.ts'
import {importLanguageOf, isManifest} from './sources.ts'
import type {Tree} from './tree.ts'

/**
 * Matches the text of files that may import what the task took away: modules that were removed or renamed, names that a
 * module had, packages that were declared. `undefined` when nothing was taken.
 */
export async function lostWords({changedFiles}: ValidatorInput, head: Tree, base: Tree): Promise<RegExp | undefined> {
  const removed = base.files.filter((file) => !head.has(file)).map(moduleWord)
  const words = new Set(removed.filter((word) => word !== ''))
  for (const file of changedFiles.filter((candidate) => base.has(candidate))) {
    for (const word of await lostIn(file, head, base)) words.add(word)
  }
  if (words.size === 0) return undefined
  return new RegExp([...words].map((word) => word.replaceAll(/[^\w]/g, String.raw`\$&`)).join('|'))
}

/** A folder is imported by its own name. */
function moduleWord(file: string): string {
  const parts = file.split('/')
  const stem = (parts.at(-1) ?? '').replace(/(?:\.d)?\.\w+$/, '')
  return /^(?:index|__init__|main)$/.test(stem) ? (parts.at(-2) ?? '') : stem
}

async function lostIn(file: string, head: Tree, base: Tree): Promise<readonly string[]> {
  const [before, after] = await Promise.all([base.readText(file), head.readText(file)])
  if (before === undefined || after === undefined) return []
  if (isManifest(file)) return missingFrom(packageWords(after), packageWords(before))
  if (importLanguageOf(file) === undefined) return []
  const now = namesIn(file, after)
  if (now === undefined || hasKept(file, before, now)) return []
  return [...(namesIn(file, before) ?? [])].filter((name) => !now.has(name))
}

/** To parse what a file was takes as long as all else: mostly it is plain that no name is gone. */
function hasKept(file: string, before: string, now: ReadonlySet<string>): boolean {
  return importLanguageOf(file) === 'javascript' && namesAfterExport(before)?.every((name) => now.has(name)) === true
}

function packageWords(text: string): ReadonlySet<string> {
  return new Set(text.match(/[@A-Za-z][\w./-]+/g) ?? [])
}

/** A package of Python is imported under another name. */
function missingFrom(now: ReadonlySet<string>, before: ReadonlySet<string>): readonly string[] {
  return [...before].flatMap((word) => (now.has(word) ? [] : [word, ...modulesOf(word)]))
}

function namesIn(file: string, text: string): ReadonlySet<string> | undefined {
  const source: SourceTree | undefined = parseSource(file, text)
  if (source === undefined) return undefined
  return source.language === 'python' ? definedNames(source) : exportedNames(source)?.names
}
