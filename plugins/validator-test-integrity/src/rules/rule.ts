import type {Finding} from 'conduct-cli/plugin'
import type {Comparison} from '../comparison.ts'
import type {Matching} from '../match-tests.ts'

/** Looks for one kind of harm. Pure but for reading further files. */
export type Rule = (comparison: Comparison, matching: Matching) => readonly Finding[] | Promise<readonly Finding[]>
