import type {CriterionVerdict} from '../events.ts'

/** Who may settle a criterion: what the spec or the sentence itself names, or an agent whose evidence was checked. */
export const JUDGES = ['tests', 'files', 'command', 'server', 'reviewer', 'nobody'] as const
export type Judge = (typeof JUDGES)[number]

/** Who judged a criterion, as its `check` tells: `files: src/a.js`, `review: src/a.js:12`, `none`. */
export function judgeOf({check}: Pick<CriterionVerdict, 'check'>): Judge {
  const name = check.split(':', 1)[0]
  if (name === 'review') return 'reviewer'
  if (name === 'no files') return 'files'
  return JUDGES.find((judge) => judge === name) ?? 'nobody'
}

/** A criterion as views show it. */
export interface JudgedCriterion extends CriterionVerdict {
  readonly judge: Judge
}

/** The same, with who judged it. */
export function withJudge({id, text, verdict, check, evidence}: CriterionVerdict): JudgedCriterion {
  return {id, text, verdict, judge: judgeOf({check}), check, evidence}
}
