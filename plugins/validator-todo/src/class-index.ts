import {languageOf, parseSource, type LanguageName} from '@conduct-cli/source'
import type {ValidatorInput} from 'conduct-cli/plugin'
import type {Doubt} from './mark.ts'
import {isForeign} from './places.ts'

interface KnownClass {
  readonly name: string
  readonly bases: readonly string[]
  /** By name: does it do something? */
  readonly methods: ReadonlyMap<string, boolean>
}

const FAMILIES: Partial<Record<LanguageName, string>> = {javascript: 'js', typescript: 'js'}

/** The classes of the tree that have to do with some doubts, read when there are any. */
export async function readClasses(
  file: string,
  doubts: readonly Doubt[],
  {files, readText}: ValidatorInput,
): Promise<readonly KnownClass[]> {
  const names = [...new Set(doubts.flatMap(({owner, bases}) => [owner, ...bases.map(lastPart)]))].filter((name) => /^\w+$/.test(name))
  if (names.length === 0) return []
  const mentions = new RegExp(String.raw`\b(?:${names.join('|')})\b`)
  const classes: KnownClass[] = []
  for (const other of files.filter((candidate) => familyOf(candidate) === familyOf(file) && !isForeign(candidate))) {
    const text = await readText(other)
    if (text !== undefined && mentions.test(text)) classes.push(...classesIn(other, text))
  }
  return classes
}

/** Other classes show that it is meant so: a subclass that does the work, or a base class whose work it silences. */
export function isMeant({kind, owner, bases, method}: Doubt, classes: readonly KnownClass[]): boolean {
  const isOverridden = classes.some((other) => other.bases.map(lastPart).includes(owner) && other.methods.get(method) === true)
  if (isOverridden || kind === 'throws') return isOverridden
  const own = bases.map(lastPart).filter((base) => base !== 'object' && base !== '')
  return own.some((base) => {
    const known = classes.filter(({name}) => name === base)
    // Of what stands outside the tree it is not known what it asks for.
    return (
      known.length === 0 ||
      known.some((other) => other.methods.get(method) === true || (!other.methods.has(method) && other.bases.length > 0))
    )
  })
}

function familyOf(file: string): string | undefined {
  const language = languageOf(file)
  return language && (FAMILIES[language] ?? language)
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

function classesIn(file: string, text: string): readonly KnownClass[] {
  const classes = new Map<number, {name: string; bases: readonly string[]; methods: Map<string, boolean>}>()
  for (const {owner, name, isAbstract, statements} of parseSource(file, text)?.functions ?? []) {
    if (owner === undefined) continue
    const known = classes.get(owner.node.from) ?? {name: owner.name, bases: owner.bases, methods: new Map<string, boolean>()}
    const isWork = statements.length > 0 && !statements.every(({name: statement}) => /^(?:Pass|Raise|Throw)/.test(statement))
    known.methods.set(name, !isAbstract && isWork)
    classes.set(owner.node.from, known)
  }
  return [...classes.values()]
}
