import {findClosest} from './closest.ts'
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

/** The phases that each phase says it needs. Each has to stand before it: the order is the document's. */
export function readDependencies(drafts: readonly PhaseDraft[]): readonly Dependencies[] {
  const positions = new Map(
    drafts
      .map((draft, position) => [draft, position] as const)
      .toReversed()
      .flatMap(listNames),
  )
  return drafts.map((draft, position) => {
    const mentions = readMentions(draft.fields.get('dependsOn'), positions)
    const problems = mentions.flatMap((mention) => checkMention(mention, {drafts, positions, position}))
    return {names: mentions.map(({name}) => name), problems}
  })
}

/** A phase is called by its number, its whole name or its title. */
function listNames([{phase, number}, position]: readonly [PhaseDraft, number]): ReadonlyArray<readonly [string, number]> {
  return [number, `phase ${number}`, phase.name.toLowerCase(), phase.title.toLowerCase()].map((name) => [name, position])
}

function readMentions(field: Field | undefined, positions: ReadonlyMap<string, number>): readonly Mention[] {
  return (field?.entries ?? []).flatMap(linesOf).flatMap((line) => {
    return splitNames(toPlainText([line]), positions).map((name) => ({name, line: line.line, column: line.column}))
  })
}

function linesOf({lines, children}: Entry): Entry['lines'] {
  return [...lines, ...children.flatMap(linesOf)]
}

/** The name of a phase may itself have a comma or an "and" in it. */
function splitNames(text: string, positions: ReadonlyMap<string, number>): readonly string[] {
  if (text === '' || /^(?:none|nothing|n\/a|-|–|—)\.?$/i.test(text)) return []
  if (positions.has(text.toLowerCase())) return [text]
  return text
    .split(/[,;]|\s(?:and|&)\s/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

interface Known {
  readonly drafts: readonly PhaseDraft[]
  readonly positions: ReadonlyMap<string, number>
  /** Of the phase that has the mention. */
  readonly position: number
}

function checkMention(mention: Mention, {drafts, positions, position}: Known): readonly SpecProblem[] {
  const found = positions.get(mention.name.toLowerCase())
  if (found !== undefined && found < position) return []
  if (found !== undefined) {
    const message = `"${mention.name}" does not come before this phase.`
    return [createError(mention, {code: 'depends-on-later', message, hint: 'Phases run in the order of the document. Move one of them.'})]
  }
  const meant = findClosest(
    mention.name,
    drafts.slice(Math.max(0, position - 20), position).map(({phase}) => phase.name),
  )
  const hint = meant === undefined ? 'No phase stands before this one.' : `Did you mean "${meant}"?`
  return [createError(mention, {code: 'unknown-phase', message: `There is no phase "${mention.name.slice(0, 80)}".`, hint})]
}
