import {cpp, java, php, rust} from './braces.ts'
import {delimitersOf, type Delimiters} from './delimiters.ts'
import {go} from './go.ts'
import type {Grammar} from './grammar.ts'
import {javascript, tsx, typescript} from './javascript.ts'
import {python} from './python.ts'
import type {LanguageName} from './source-tree.ts'

const GRAMMARS: readonly (readonly [grammar: Grammar, extensions: string])[] = [
  [javascript, 'js mjs cjs jsx'],
  [typescript, 'ts mts cts'],
  [tsx, 'tsx'],
  [python, 'py pyi'],
  [go, 'go'],
  [java, 'java'],
  [rust, 'rs'],
  [cpp, 'c h cc cpp cxx hpp hh hxx'],
  [php, 'php'],
]

const BY_EXTENSION = new Map(
  GRAMMARS.flatMap(([grammar, extensions]) => extensions.split(' ').map((extension) => [extension, grammar] as const)),
)

/** How a file is read: with a grammar, and where there is none with no more than the delimiters of comments and strings. */
export interface Reading {
  readonly grammar: Grammar | undefined
  readonly delimiters: Delimiters
}

/** By the name of the file; `undefined` for prose, data, and what we do not know. */
export function readingOf(file: string): Reading | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1)
  const delimiters = delimitersOf(name)
  return delimiters && {delimiters, grammar: BY_EXTENSION.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase())}
}

/** What a file is written in, by its name; `undefined` for prose, data, and what we do not know. */
export function languageOf(file: string): LanguageName | undefined {
  const reading = readingOf(file)
  return reading && (reading.grammar?.language ?? 'other')
}
