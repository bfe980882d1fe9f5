import {readFile, stat} from 'node:fs/promises'
import {basename, extname, join} from 'node:path'
import type {CriterionVerdict} from '../events.ts'
import type {CriterionCheck} from './criteria-match.ts'
import {findFiles, type FoundFiles} from './find-files.ts'
import {LANGUAGES} from './languages.ts'

type FilesCheck = Extract<CriterionCheck, {kind: 'files'}>
type Answer = Omit<CriterionVerdict, 'id' | 'text'>

/** The checkout, after the test command ran in it, and what is committed of it. */
export interface CheckedTree {
  readonly cwd: string
  readonly tree: {readonly files: readonly string[]}
}

interface Match {
  readonly pattern: string
  readonly found: FoundFiles
  /** All that it matches has nothing in it. */
  readonly isEmpty: boolean
}

/** Looks whether what a criterion names is there: with something in it, and in the languages that it names. */
export async function judgeFiles(check: FilesCheck, tree: CheckedTree): Promise<Answer> {
  const matches = await Promise.all(check.patterns.map((pattern) => match(pattern, check, tree)))
  const missing = check.present ? missingLanguages(check, matches) : []
  const isMet = matches.every(({found, isEmpty}) => found.files.length > 0 === check.present && !isEmpty) && missing.length === 0
  const evidence = [...matches.map(describe), ...missing.map((language) => `there is no ${language} file`)]
  const name = `${check.present ? 'files' : 'no files'}: ${check.patterns.join(', ')}`
  return {verdict: isMet ? 'met' : 'unmet', check: name, evidence: `${evidence.join('; ')}.`}
}

/** A folder counts by its files in the languages that the criterion names. */
async function match(pattern: string, {languages = [], present}: FilesCheck, {cwd, tree}: CheckedTree): Promise<Match> {
  const all = await findFiles(pattern, cwd, tree.files)
  const files = languages.length === 0 ? all.files : all.files.filter((file) => languages.some((language) => isIn(file, language)))
  return {pattern, found: {...all, files}, isEmpty: present && files.length > 0 && (await areEmpty(files, cwd))}
}

const isIn = (file: string, language: string) => LANGUAGES[language]?.includes(extname(file)) ?? false

/** Each language in one of the places at least: "Python and Go stubs in backend/ and grpc-service/". */
function missingLanguages({languages = []}: FilesCheck, matches: readonly Match[]): readonly string[] {
  return languages.filter((language) => !matches.some(({found}) => found.files.some((file) => isIn(file, language))))
}

/** Files that say something by being there. */
const MAY_BE_EMPTY = /^(?:\..*|__init__\.pyi?|py\.typed|[^.]+)$/
const MAX_LOOKED_AT = 50
const MAX_BLANK_BYTES = 1024

async function areEmpty(files: readonly string[], cwd: string): Promise<boolean> {
  for (const file of files.slice(0, MAX_LOOKED_AT)) if (!(await isEmptyFile(file, cwd))) return false
  return files.length <= MAX_LOOKED_AT
}

async function isEmptyFile(file: string, cwd: string): Promise<boolean> {
  if (MAY_BE_EMPTY.test(basename(file))) return false
  const path = join(cwd, file)
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile() || found.size > MAX_BLANK_BYTES) return false
  return (await readFile(path, 'utf8')).trim() === ''
}

function describe({pattern, found: {files, made}, isEmpty}: Match): string {
  if (files.length === 0) return `nothing matches ${pattern}`
  const rest = files.length > 3 ? ` and ${files.length - 3} more` : ''
  const where = made ? ' (not committed: made by the test command)' : ''
  return `${pattern}: ${files.slice(0, 3).join(', ')}${rest}${where}${isEmpty ? ', with nothing in it' : ''}`
}
