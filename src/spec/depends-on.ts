import {closest} from 'fastest-levenshtein'
import type {Entry, Field} from './collect.ts'
import type {PhaseDraft} from './phase.ts'
import {createError, type Place} from './problem.ts'
import type {SpecProblem} from './spec.ts'
import {toPlainText} from './values.ts'

interface Mention extends Place {
  readonly name: string
}

export interface Dependencies {
  readonly names: readonly string[]
  readonly problems: readonly SpecProblem[]
}

/** The phases that `drafts[position]` says it needs. Each has to stand before it: the order is the document's. */
export function readDependencies(drafts: readonly PhaseDraft[], position: number): Dependencies {
  const draft = drafts[position]
  const mentions = readMentions(draft?.fields.get('dependsOn'), drafts)
  const problems = mentions.flatMap((mention) => checkMention(mention, drafts, position))
  return {names: mentions.map(({name}) => name), problems}
}

function readMentions(field: Field | undefined, drafts: readonly PhaseDraft[]): readonly Mention[] {
  const lines = (field?.entries ?? []).flatMap(function linesOf({lines, children}: Entry): Entry['lines'] {
    return [...lines, ...children.flatMap(linesOf)]
  })
  return lines.flatMap(({line, column, ...rest}) =>
    splitNames(toPlainText([{line, column, ...rest}]), drafts).map((name) => ({name, line, column})),
  )
}

/** The name of a phase may itself have a comma or an "and" in it. */
function splitNames(text: string, drafts: readonly PhaseDraft[]): readonly string[] {
  if (text === '' || /^(?:none|nothing|n\/a|-|–|—)\.?$/i.test(text)) return []
  if (drafts.some((draft) => isNamed(draft, text))) return [text]
  return text
    .split(/[,;]|\s(?:and|&)\s/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

function isNamed({phase, number}: PhaseDraft, text: string): boolean {
  const wanted = text.toLowerCase()
  return [number, `phase ${number}`, phase.name.toLowerCase(), phase.title.toLowerCase()].includes(wanted)
}

function checkMention(mention: Mention, drafts: readonly PhaseDraft[], position: number): readonly SpecProblem[] {
  const found = drafts.findIndex((draft) => isNamed(draft, mention.name))
  if (found >= 0 && found < position) return []
  if (found >= 0) {
    const message = `"${mention.name}" does not come before this phase.`
    return [createError(mention, {code: 'depends-on-later', message, hint: 'Phases run in the order of the document. Move one of them.'})]
  }
  const earlier = drafts.slice(0, position).map(({phase}) => phase.name)
  const hint = earlier.length > 0 ? `Did you mean "${closest(mention.name, earlier)}"?` : 'No phase stands before this one.'
  return [createError(mention, {code: 'unknown-phase', message: `There is no phase "${mention.name.slice(0, 80)}".`, hint})]
}
