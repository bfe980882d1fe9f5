import {findClosest} from './closest.ts'
import type {Entry, Field} from './collect.ts'
import type {InlineLine} from './markdown/inline.ts'
import {createError, type Place} from './problem.ts'
import {explainUnsafeName, slugify} from './slug.ts'
import type {Module, SpecProblem} from './spec.ts'
import {splitLabel} from './split-label.ts'
import {toCode, toGlobs, toPlainText} from './values.ts'

/** What authors write who mean that there is no module. */
const NO_NAME = /^(?:none|n\/a|-|–|—)$/i

interface Mention extends Place {
  readonly name: string
}

interface Ownership extends Place {
  /** `undefined` when the line names no module. */
  readonly module: string | undefined
  readonly globs: readonly string[]
}

/** Modules of a phase, with the files that each owns. */
export function readModules(
  field: Field | undefined,
  owns: Field | undefined,
): {modules: readonly Module[]; problems: readonly SpecProblem[]} {
  const mentions = field ? field.entries.flatMap(readMentions) : []
  const problems: SpecProblem[] = mentions.flatMap(checkName)
  const lines = new Map<string, Mention>()
  for (const mention of mentions) {
    const first = lines.get(slugify(mention.name))
    if (first) problems.push(reportDuplicate(mention, first))
    else lines.set(slugify(mention.name), mention)
  }
  const modules = [...lines].map(([slug, {name}]) => ({name, slug, owns: [] as readonly string[]}))
  return assignFiles(modules, owns, problems)
}

function reportDuplicate(mention: Mention, first: Mention): SpecProblem {
  const isSame = mention.name === first.name
  const message = `Module "${mention.name}" stands here twice${isSame ? '' : `, the first time as "${first.name}"`}.`
  return createError(mention, {code: 'duplicate-module', message, hint: 'Letter case does not tell two modules apart. Rename one.'})
}

function checkName(mention: Mention): readonly SpecProblem[] {
  const why = explainUnsafeName(mention.name)
  if (why === undefined) return []
  const message = `"${printable(mention.name)}" cannot be the name of a module: ${why}.`
  const isList = /\s/u.test(mention.name)
  const hint = `${isList ? 'Separate modules by commas, or write' : 'Write'} "${slugify(mention.name)}".`
  return [createError(mention, {code: 'unsafe-module-name', message, hint})]
}

/** A name from a document may be anything; a terminal must not act on it. */
function printable(name: string): string {
  const shown = name.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\u{FFFD}')
  return shown.length > 80 ? `${shown.slice(0, 80)}…` : shown
}

/** A line names several modules, separated by commas; a list item names one, and may describe it. */
function readMentions({lines, children, isItem}: Entry): readonly Mention[] {
  const own = isItem ? lines.slice(0, 1).map(describedName) : lines.flatMap(splitNames)
  return [...own.filter(({name}) => !NO_NAME.test(name)), ...children.flatMap(readMentions)]
}

function splitNames(line: InlineLine): readonly Mention[] {
  const text = toPlainText([line])
  const names = text.split(/[,;]/).map((name) => name.trim())
  if (names.length > 1 && names.at(-1) === '') names.pop()
  let from = 0
  return text === ''
    ? []
    : names.map((name) => {
        const mention = locate(line, name, from)
        from = mention.column - line.column + name.length + 1
        return mention
      })
}

/** `` `api`: the HTTP interface `` and `api - the HTTP interface` are about `api`. */
function describedName(line: InlineLine): Mention {
  const text = toPlainText([line])
  const [first = ''] = toCode([line])
  const name = first !== '' && text.startsWith(first) ? first : (text.split(/:(?=\s|$)|\s[–—-]\s|\s\(/u)[0] ?? '')
  return locate(line, name.trim())
}

function locate({text, line, column}: InlineLine, name: string, from = 0): Mention {
  const found = text.indexOf(name, from)
  return {name, line, column: column + (found < 0 ? from : found)}
}

function assignFiles(modules: readonly Module[], owns: Field | undefined, problems: SpecProblem[]) {
  const owned = new Map(modules.map(({slug}) => [slug, [] as string[]]))
  const slugs = new Map(modules.map(({name, slug}) => [name.toLowerCase(), slug]))
  for (const ownership of owns ? owns.entries.flatMap(readOwnership) : []) {
    const slug = findOwner(ownership.module, slugs)
    if (slug === undefined) problems.push(reportOwner(ownership, modules))
    else for (const glob of ownership.globs) owned.get(slug)?.push(glob)
  }
  return {modules: modules.map((module) => ({...module, owns: owned.get(module.slug) ?? []})), problems}
}

/** The only module of a phase need not be named. */
function findOwner(name: string | undefined, slugs: ReadonlyMap<string, string>): string | undefined {
  if (name !== undefined) return slugs.get(name.toLowerCase())
  return slugs.size === 1 ? [...slugs.values()][0] : undefined
}

function reportOwner({module, line, column}: Ownership, modules: readonly Module[]): SpecProblem {
  const message = module === undefined ? 'Owns names no module.' : `Owns names "${printable(module)}", which is no module of this phase.`
  const meant =
    module === undefined
      ? undefined
      : findClosest(
          module,
          modules.map(({name}) => name),
        )
  const hint = meant === undefined ? 'Write `Owns: MODULE: GLOB, GLOB`.' : `Did you mean "${printable(meant)}"?`
  return createError({line, column}, {code: 'unknown-owner', message, hint})
}

function readOwnership({lines, children}: Entry): readonly Ownership[] {
  return [...lines.flatMap(splitOwnership), ...children.flatMap(readOwnership)]
}

/** `backend: src/api/**, src/db/**; web: src/ui/**` */
function splitOwnership(line: InlineLine): readonly Ownership[] {
  return splitAtSemicolons(line).map((part) => {
    const label = splitOwner(part)
    return {module: label?.module, globs: toGlobs(label?.rest ?? part), line: part.line, column: part.column}
  })
}

/** The name may be inline code, which no label is. */
function splitOwner(line: InlineLine): {readonly module: string; readonly rest: InlineLine} | undefined {
  const asText = {
    ...line,
    spans: line.spans.map((span, index) => (index <= 1 && span.kind === 'code' ? {...span, kind: 'text' as const} : span)),
  }
  const label = splitLabel(asText)
  return label && {module: label.name, rest: {...label.rest, spans: restoreCode(label.rest, line)}}
}

function restoreCode(rest: InlineLine, line: InlineLine) {
  return rest.spans.map((span) => line.spans.find(({raw, plain}) => raw === span.raw && plain === span.plain) ?? span)
}

function splitAtSemicolons(line: InlineLine): readonly InlineLine[] {
  const parts: InlineLine[] = [{...line, spans: []}]
  for (const span of line.spans) {
    const [first = '', ...more] = span.kind === 'text' ? span.plain.split(';') : [span.plain]
    const append = (plain: string) => {
      const last = parts.pop() ?? {...line, spans: []}
      const raw = span.kind === 'text' ? plain : span.raw
      parts.push({...last, spans: [...last.spans, {...span, plain, raw}]})
    }
    append(first)
    for (const plain of more) {
      parts.push({...line, spans: []})
      append(plain.trimStart())
    }
  }
  return parts.filter((part) => toPlainText([part]) !== '')
}
