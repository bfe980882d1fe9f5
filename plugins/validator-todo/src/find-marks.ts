import {parseSource} from '@conduct-cli/source'
import {marksInBodies} from './body-marks.ts'
import {marksInComments} from './comment-marks.ts'
import {mayHaveMarks} from './hints.ts'
import type {Mark} from './mark.ts'
import {marksOfMocks} from './mock-marks.ts'
import {isTestCode} from './places.ts'
import {marksInText} from './text-marks.ts'

/** Every mark of unfinished work in a source file, one a line, in order; none in prose and data. */
export function findMarks(file: string, text: string): readonly Mark[] {
  const tree = mayHaveMarks(text) ? parseSource(file, text) : undefined
  if (tree === undefined) return []
  const isTest = isTestCode(file)
  const marks = [...marksInComments(tree, isTest)]
  if (tree.tree === undefined) marks.push(...marksInText(tree))
  else if (!isTest) marks.push(...marksInBodies(tree), ...marksOfMocks(tree))
  // The first one of a line says it best: comments come first.
  return [...new Map(marks.toReversed().map((mark) => [mark.line, mark])).values()].toSorted((first, second) => first.line - second.line)
}
