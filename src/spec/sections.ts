import {distance} from 'fastest-levenshtein'
import type {Block} from './markdown/blocks.ts'
import {readInline} from './markdown/inline.ts'
import {findLabel} from './labels.ts'
import {createError, createWarning, type Place} from './problem.ts'
import type {SpecProblem} from './spec.ts'
import {splitLabel} from './split-label.ts'
import {toPlainText} from './values.ts'

/** The part of the document that is about one phase. */
export interface PhaseSection extends Place {
  readonly name: string
  readonly title: string
  /** The `N` of `Phase N`, lower case. */
  readonly number: string
  readonly depth: number
  /** Paragraphs, code and deeper headings, up to the next phase. */
  readonly blocks: Block[]
}

export interface Sections {
  /** Text of the first heading. */
  readonly title: string
  readonly phases: readonly PhaseSection[]
  readonly problems: readonly SpecProblem[]
}

interface Heading extends Place {
  readonly text: string
  readonly depth: number
  readonly phase?: {readonly number: string; readonly title: string}
  readonly isList: boolean
}

const PHASE = /^[^\p{L}\p{N}]*phase\s+(?:(\d+(?:\.\d+)*[a-z]?)(?![\p{L}\p{N}])|([ivxlc]+|[a-z])(?=\s*[:–—-]|$))\s*[:.)–—-]*\s*(.*)$/iu
const PHASE_LIST = /^[^\p{L}]*implementation\s+phases?\s*:?$/iu

/** Finds the phases: those under `## Implementation Phases`, or, without such a heading, all of them. */
export function findPhases(source: readonly Block[]): Sections {
  const blocks = source.map(undoAccidentalHeading)
  const headings = new Map(blocks.flatMap((block) => (isTopHeading(block) ? [[block, readHeading(block)] as const] : [])))
  const inList = findListed([...headings.values()])
  const phases: PhaseSection[] = []
  const problems: SpecProblem[] = []
  let current: PhaseSection | undefined
  for (const block of blocks) {
    const heading = headings.get(block)
    if (!heading || (current && !heading.phase && heading.depth > current.depth)) {
      current?.blocks.push(block)
      continue
    }
    current = heading.phase && isListed(heading, inList) ? openSection(heading, heading.phase) : undefined
    if (current) phases.push(current)
    else problems.push(...explainHeading(heading, inList))
  }
  return {title: [...headings.values()][0]?.text ?? '', phases, problems}
}

function isTopHeading({kind, level, isQuoted}: Block): boolean {
  return kind === 'heading' && level === 0 && !isQuoted
}

/** A line of dashes right below the labels makes them a heading by Markdown's rules. Nobody means that. */
function undoAccidentalHeading(block: Block): Block {
  if (!block.isSetext) return block
  const hasLabel = readInline(block.lines).some((line) => findLabel(splitLabel(line)?.name ?? '') !== undefined)
  return hasLabel ? {...block, kind: 'paragraph', depth: 0} : block
}

function readHeading(block: Block): Heading {
  const text = toPlainText(readInline(block.lines))
  const [, digits, letters, title = ''] = PHASE.exec(text) ?? []
  const number = (digits ?? letters)?.toLowerCase()
  return {
    line: block.lines[0]?.line ?? 1,
    column: 1,
    text,
    depth: block.depth,
    ...(number === undefined ? {} : {phase: {number, title: title.trim()}}),
    isList: PHASE_LIST.test(text),
  }
}

/** Headings below an `Implementation Phases`; `undefined` when there is none, or it is about something else. */
function findListed(headings: readonly Heading[]): ReadonlySet<Heading> | undefined {
  const listed = new Set<Heading>()
  let listDepth: number | undefined
  for (const heading of headings) {
    if (heading.isList) listDepth = heading.depth
    else if (listDepth !== undefined && !heading.phase && heading.depth <= listDepth) listDepth = undefined
    else if (listDepth !== undefined) listed.add(heading)
  }
  return [...listed].some(({phase}) => phase) ? listed : undefined
}

function isListed(heading: Heading, inList: ReadonlySet<Heading> | undefined): boolean {
  return inList?.has(heading) ?? true
}

function openSection({text, line, column, depth}: Heading, phase: {readonly number: string; readonly title: string}): PhaseSection {
  return {name: text, ...phase, line, column, depth, blocks: []}
}

function explainHeading(heading: Heading, inList: ReadonlySet<Heading> | undefined): readonly SpecProblem[] {
  if (heading.isList) return []
  if (heading.phase) {
    const message = `"${heading.text}" is not under "Implementation Phases" and is left out.`
    return [createWarning(heading, {code: 'phase-outside', message, hint: 'Move it below that heading to have it built.'})]
  }
  const meant = readMisspelledPhase(heading.text)
  if (meant !== undefined) {
    const message = `"${heading.text}" is not a phase heading.`
    return [createError(heading, {code: 'not-a-phase', message, hint: `Did you mean "${meant}"?`})]
  }
  if (!inList?.has(heading)) return []
  const message = `"${heading.text}" stands among the phases and is none; what is below it is left out.`
  return [createWarning(heading, {code: 'not-a-phase', message, hint: 'Call it "Phase N: …", or put it elsewhere.'})]
}

/** `Phse 2: x` and `Phase: x`, as they were meant. */
function readMisspelledPhase(text: string): string | undefined {
  const [, word = '', number, rest = ''] = /^(\p{L}{4,7})(?:\s+(\d+))?\s*[:–—-]\s*(.*)$/u.exec(text) ?? []
  const off = distance(word.toLowerCase(), 'phase')
  if (number === undefined) return off === 0 ? `Phase N: ${rest}` : undefined
  return off <= 2 && word !== '' ? `Phase ${number}: ${rest}` : undefined
}
