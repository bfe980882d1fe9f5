import type {Config} from '../config/schema.ts'
import type {Subject} from '../events.ts'
import {scopesOf, type Spending, type TaskState} from '../tasks/state.ts'

/** Pure: what a task, its phases and its modules may use, and what is left of it. */

export const BUDGETS = ['usd', 'tokens', 'phaseUsd', 'phaseTokens', 'moduleUsd', 'moduleTokens'] as const
export type BudgetName = (typeof BUDGETS)[number]
export type BudgetLimits = {readonly [Name in BudgetName]?: number | undefined}

export interface Budget {
  readonly name: BudgetName
  /** Key in `state.spent`. */
  readonly scope: string
  readonly limit: number
  readonly spent: number
}

/** As configured, and as a person raised them. */
export function limitsOf({limits}: Config, {raisedLimits}: TaskState): BudgetLimits {
  return {...limits, ...raisedLimits}
}

/** The budgets that work on a subject is paid from. */
export function budgetsFor(limits: BudgetLimits, {spent}: TaskState, subject: Subject): readonly Budget[] {
  const [, phase, module] = scopesOf(subject)
  const amount = (name: BudgetName, scope: string | undefined): readonly Budget[] => {
    const limit = limits[name]
    if (limit === undefined || scope === undefined) return []
    return [{name, scope, limit, spent: spent[scope]?.[isMoney(name) ? 'usd' : 'tokens'] ?? 0}]
  }
  return [
    ...(['phaseUsd', 'phaseTokens'] as const).flatMap((name) => amount(name, phase)),
    ...(['moduleUsd', 'moduleTokens'] as const).flatMap((name) => amount(name, module)),
    ...(['usd', 'tokens'] as const).flatMap((name) => amount(name, '')),
  ]
}

/**
 * The budget that is overdrawn by attempts that run at the same time, and share it.
 *
 * @param running what each of those used so far
 */
export function findOverdrawn(
  limits: BudgetLimits,
  state: TaskState,
  subject: Subject,
  running: readonly {readonly subject: Subject; readonly spent: Spending}[],
): Budget | undefined {
  return budgetsFor(limits, state, subject).find(({name, scope, limit, spent}) => {
    const unit = isMoney(name) ? 'usd' : 'tokens'
    const shared = running.filter((other) => scopesOf(other.subject).includes(scope))
    return shared.reduce((sum, other) => sum + other.spent[unit], spent) > limit
  })
}

/** `The budget of 5 USD for Phase 1: One (limits.phaseUsd)`. */
export function nameBudget(state: TaskState, {name, limit}: Pick<Budget, 'name' | 'limit'>, subject: Subject): string {
  const phase = 'phase' in subject && subject.phase > 0 ? state.phases[subject.phase - 1]?.phase.name : undefined
  const what = name.startsWith('phase')
    ? ` for ${phase}`
    : name.startsWith('module') && 'module' in subject
      ? ` for the module ${subject.module}`
      : ''
  return `The budget of ${limit} ${isMoney(name) ? 'USD' : 'tokens'}${what} (limits.${name})`
}

/** The flag of `conduct resume` that raises it. */
export function flagOf(name: BudgetName): string {
  return `--${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`
}

export function isMoney(name: BudgetName): boolean {
  return name.toLowerCase().endsWith('usd')
}
