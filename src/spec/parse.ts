import {checkSpec} from './check.ts'
import {readDependencies} from './depends-on.ts'
import {MAX_NESTING, readBlocks} from './markdown/blocks.ts'
import {readPhase} from './phase.ts'
import {createError} from './problem.ts'
import {findPhases} from './sections.ts'
import type {Spec, SpecProblem} from './spec.ts'

/** What a spec says, and everything that is wrong with it, in the order of the document. */
export interface ParsedSpec {
  readonly spec: Spec
  readonly problems: readonly SpecProblem[]
}

/** Characters of a spec that are read. Far above what a person writes; keeps a wrong file from being parsed for minutes. */
export const MAX_SPEC_LENGTH = 2 * 1024 * 1024

const START = {line: 1, column: 1}

/** Reads a SPEC.md. Never throws: a spec that cannot be run has problems of severity `error`. */
export function parseSpec(text: string): ParsedSpec {
  if (text.length > MAX_SPEC_LENGTH) return refuseLength(text.length)
  const {blocks, tooDeepAt} = readBlocks(cleanText(text))
  const {title, phases, problems} = findPhases(blocks)
  const drafts = phases.map((section, index) => readPhase(section, index + 1))
  const dependencies = readDependencies(drafts)
  const found = [
    ...(tooDeepAt === undefined ? [] : [explainDepth(tooDeepAt)]),
    ...problems,
    ...drafts.flatMap((draft) => draft.problems),
    ...dependencies.flatMap((dependency) => dependency.problems),
    ...checkSpec(drafts, START),
  ]
  return {
    spec: {title, phases: drafts.map(({phase}, index) => ({...phase, dependsOn: dependencies[index]?.names ?? []}))},
    problems: found.sort((one, other) => one.line - other.line || one.column - other.column),
  }
}

/** Without byte order mark, and with a harmless sign for NUL, as CommonMark wants it. */
function cleanText(text: string): string {
  return text.replace(/^\u{FEFF}/u, '').replaceAll('\0', '\u{FFFD}')
}

function refuseLength(length: number): ParsedSpec {
  const message = `This spec has ${length} characters; more than ${MAX_SPEC_LENGTH} are not read.`
  return {spec: {title: '', phases: []}, problems: [createError(START, {code: 'too-long', message, hint: 'Is it the right file?'})]}
}

function explainDepth(line: number): SpecProblem {
  const message = `Lists and quotes nest deeper than ${MAX_NESTING} here.`
  return createError({line, column: 1}, {code: 'too-deep', message, hint: 'Move the content further out.'})
}
