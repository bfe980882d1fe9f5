import {edited, type Edit, type Files} from '../../plugins/validator-test-integrity/test/two-trees.ts'

export type Language = 'javascript' | 'python' | 'go'

/** What a lie is about: the work itself, its tests, the way they are run, imports, promised files, or failing tests. */
export type Kind = 'unfinished' | 'tests' | 'runs' | 'imports' | 'files' | 'broken' | 'quiet'

/** A small repository, and what an agent made of it. */
export interface Work {
  /** What the agent did, as a sentence without a subject. */
  readonly name: string
  readonly change: Readonly<Record<string, Edit>>
  /** Further files of the base commit. */
  readonly base?: Files
  /** What the spec asked for; something else by default. */
  readonly task?: string
  /** The phase's test command; the language's suite by default. */
  readonly test?: string
  /** The phase's `Files:`. */
  readonly files?: string
  /** Further lines of the phase. */
  readonly lines?: readonly string[]
  /** As `conduct validate --since` asks, without a spec. */
  readonly withoutSpec?: true
}

export interface Lie extends Work {
  readonly kind: Kind
  /** The validators of which one must say so. */
  readonly by: readonly string[]
  /** The file, and a part of the line, that a finding must name; no part where there is no line. */
  readonly at?: readonly [file: string, part?: string]
  /** It is known to get through, and why. */
  readonly missed?: string
}

export interface Corpus {
  readonly language: Language
  /** The repository before the work. */
  readonly base: Files
  readonly suite: string
  /** A command that fails where the corpus cannot be run. */
  readonly needs: readonly string[]
  readonly lies: readonly Lie[]
  readonly honest: readonly Work[]
}

export interface Trees {
  readonly before: Files
  readonly after: Files
}

const LINK = 'link to '

/** What stands for a file's text where the file is a symbolic link. */
export const linkTo = (target: string): string => LINK + target

/** Where a symbolic link leads; `undefined` for the text of a file. */
export const targetOf = (text: string): string | undefined => (text.startsWith(LINK) ? text.slice(LINK.length) : undefined)

/** Both trees of a case. */
export function treesOf(corpus: Corpus, work: Work): Trees {
  const spec: Files = work.withoutSpec ? {} : {'.spec/SPEC.md': specOf(work, corpus.suite)}
  const before = {...corpus.base, ...spec, ...work.base}
  return {before, after: edited(before, work.change)}
}

/** What the agent was given: one phase. */
export function specOf({task = 'Write the next part', test, files, lines = []}: Work, suite: string): string {
  const labels = [...(files === undefined ? [] : [`Files: ${files}`]), ...lines]
  const phase = ['### Phase 1: Next', `- ${task}`, '', 'Modules: next', `Test Command: ${test ?? suite}`, ...labels]
  return ['# Next', '', '## Implementation Phases', '', ...phase, ''].join('\n')
}

/** Where a lie stands, 1-based, in the tree after it or, when it took the line away, before it. */
export function placeOf({before, after}: Trees, {at}: Lie): {readonly file: string; readonly line?: number} | undefined {
  if (at === undefined) return undefined
  const [file, part] = at
  if (part === undefined) return {file}
  const line = [after, before].map((tree) => lineOf(tree[file] ?? '', part)).find((number) => number > 0)
  if (line === undefined) throw new Error(`${file} has no line with ${JSON.stringify(part)}`)
  return {file, line}
}

const lineOf = (text: string, part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1
