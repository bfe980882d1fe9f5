import type {SourceImport, SourceTree} from '@conduct-cli/source'
import type {Finding, ValidatorInput, Verdict} from 'conduct-cli/plugin'
import {createJavaScriptCheck} from './javascript/check.ts'
import {lostWords} from './lost.ts'
import type {CheckImport} from './problem.ts'
import {createPythonCheck} from './python/check.ts'
import {readDeclared} from './python/declared.ts'
import {askPython, type PythonFacts} from './python/interpreter.ts'
import {changedSources, importLanguageOf, readSource, type ImportLanguage} from './sources.ts'
import {createTree, type Tree} from './tree.ts'

/** What one part of the check did. */
export interface Checked {
  /** Files or packages that were read. */
  readonly executed: number
  readonly findings: readonly Finding[]
  /** For people, in sentences. */
  readonly evidence: readonly string[]
  /** Tools without which it cannot be checked. */
  readonly missing?: Verdict['missing']
}

type Checks = Readonly<Record<ImportLanguage, CheckImport>>

/**
 * Imports on lines that the task added must lead somewhere. Older ones are looked at where the task took something away
 * that they may import, and are blamed when they led somewhere before.
 */
export async function checkImports(input: ValidatorInput): Promise<Checked> {
  const head = createTree(input.cwd, input.files, input.readText)
  const base = input.baseFiles && createTree(input.cwd, input.baseFiles, input.baseText)
  const lost = base && (await lostWords(input, head, base))
  const changed = changedSources(input)
  const others = lost === undefined ? [] : await filesWith(lost, head, new Set(changed))
  const files = [...changed, ...others]
  const facts = once(() => askAbout(files, head, input))
  const checks = await createChecks(head, facts)
  const before = base && lost ? once(() => createChecks(base, facts)) : undefined
  const findings: Finding[] = []
  for (const file of files) findings.push(...(await checkFile(file, {input, head, checks, before, isChanged: !others.includes(file)})))
  return {
    executed: files.length,
    findings,
    evidence: files.length === 0 ? [] : [`The imports of ${files.length} source files were followed.`],
  }
}

async function filesWith(lost: RegExp, tree: Tree, known: ReadonlySet<string>): Promise<readonly string[]> {
  const candidates = tree.files.filter((file) => !known.has(file) && importLanguageOf(file) !== undefined)
  const texts = await Promise.all(candidates.map((file) => tree.readText(file)))
  return candidates.filter((_file, index) => lost.test(texts[index] ?? ''))
}

/** One question for all files, about every word that may be a module. */
async function askAbout(files: readonly string[], tree: Tree, input: ValidatorInput): Promise<PythonFacts | undefined> {
  const sources = files.filter((file) => importLanguageOf(file) === 'python')
  const texts = await Promise.all(sources.map((file) => tree.readText(file)))
  const names = new Set(texts.flatMap((text) => wordsAfterImport(text ?? '')))
  return askPython([...names].sort().slice(0, 5000), tree, input)
}

function wordsAfterImport(text: string): readonly string[] {
  const lines = text.replaceAll(/\\\r?\n/g, ' ').matchAll(/\b(?:from|import)[ \t]+([^\n#(]*)|(?:import_module|__import__)\(\s*["'](\w+)/g)
  return [...lines].flatMap(([, list = '', word]) => [...(list.match(/\b[A-Za-z_]\w*/g) ?? []), ...(word === undefined ? [] : [word])])
}

type AskFacts = () => Promise<PythonFacts | undefined>

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => (made ??= make())
}

async function createChecks(tree: Tree, facts: AskFacts): Promise<Checks> {
  const python = await createPythonCheck(tree, {declared: await readDeclared(tree), facts})
  return {python, javascript: await createJavaScriptCheck(tree)}
}

interface FileRequest {
  readonly input: ValidatorInput
  readonly head: Tree
  readonly checks: Checks
  /** Of the base; absent when the task took nothing away. */
  readonly before: (() => Promise<Checks>) | undefined
  readonly isChanged: boolean
}

async function checkFile(file: string, {input, head, checks, before, isChanged}: FileRequest): Promise<readonly Finding[]> {
  const language = importLanguageOf(file)
  const source = await readSource(file, head)
  if (language === undefined || source === undefined || source.imports.length === 0) return []
  const added = isChanged ? await input.addedLines(file) : new Set<number>()
  const findings: Finding[] = []
  for (const imported of source.imports) {
    const isNew = isOnLines(imported, source, added)
    if (!isNew && before === undefined) continue
    const now = await checks[language](file, source, imported)
    const old = isNew || before === undefined || now.length === 0 ? [] : await (await before())[language](file, source, imported)
    findings.push(...now.filter((message) => !old.includes(message)).map((message) => ({message, file, line: imported.line})))
  }
  return findings
}

function isOnLines(imported: SourceImport, source: SourceTree, lines: ReadonlySet<number>): boolean {
  const last = source.lineOf(Math.max(imported.from, imported.to - 1))
  for (let line = imported.line; line <= last; line += 1) if (lines.has(line)) return true
  return false
}
