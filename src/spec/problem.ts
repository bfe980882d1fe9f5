import type {SpecProblem} from './spec.ts'

/** A place in the document, 1-based. */
export interface Place {
  readonly line: number
  readonly column: number
}

interface Details {
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** Something that keeps the spec from being run. */
export function createError({line, column}: Place, details: Details): SpecProblem {
  return {severity: 'error', line, column, ...details}
}

/** Something that is probably not meant so. */
export function createWarning({line, column}: Place, details: Details): SpecProblem {
  return {severity: 'warning', line, column, ...details}
}

/** One line a problem, errors and warnings in the order of the document: `SPEC.md:14:3 error Unknown label "Modles".` */
export function renderProblems(path: string, problems: readonly SpecProblem[]): string {
  return problems
    .map(({severity, line, column, message, code, hint}) => {
      const place = `${path}:${line}:${column} ${severity} ${message} [${code}]`
      return hint === undefined ? place : `${place}\n  hint: ${hint}`
    })
    .join('\n')
}

/** True when the spec cannot be run. */
export function hasErrors(problems: readonly SpecProblem[]): boolean {
  return problems.some(({severity}) => severity === 'error')
}
