import {languageOf, parseSource, type SourceTree} from '@conduct-cli/source'
import type {ValidatorInput} from 'conduct-cli/plugin'
import type {Tree} from './tree.ts'

/** Languages whose imports are read here; those of Go are left to its own tools. */
export type ImportLanguage = 'python' | 'javascript'

/** Code that others wrote, and what tests feed to programs. */
const FOREIGN =
  /(?:^|\/)(?:node_modules|vendor|third_party|dist|\.venv|venv|site-packages|testdata|recordings|__fixtures__|fixtures)\/|\.min\.js$/

/** `undefined` for what has no imports that we read. */
export function importLanguageOf(file: string): ImportLanguage | undefined {
  if (FOREIGN.test(file)) return undefined
  const language = languageOf(file)
  if (language === 'python') return 'python'
  return language === 'javascript' || language === 'typescript' ? 'javascript' : undefined
}

export function isForeign(file: string): boolean {
  return FOREIGN.test(file)
}

/** Says what a project needs, and where its modules are. */
export function isManifest(file: string): boolean {
  return MANIFEST.test(file) && !FOREIGN.test(file)
}

const MANIFEST =
  /(?:^|\/)(?:package\.json|[jt]sconfig[\w.-]*\.json|deno\.jsonc?|pyproject\.toml|setup\.cfg|setup\.py|Pipfile|[\w.-]*requirements[\w.-]*\.(?:txt|in))$/

/** Changed files of the tree that are read. */
export function changedSources({files, changedFiles}: ValidatorInput): readonly string[] {
  const present = new Set(files)
  return changedFiles.filter((file) => present.has(file) && importLanguageOf(file) !== undefined)
}

/** Parses a file, when it may import at all. */
export async function readSource(file: string, tree: Tree): Promise<SourceTree | undefined> {
  const text = await tree.readText(file)
  return text !== undefined && /import|require|export/.test(text) ? parseSource(file, text) : undefined
}
