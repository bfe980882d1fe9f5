import type {AttemptUse} from '../agents/limits.ts'
import {formatDuration} from '../config/duration.ts'
import type {Config} from '../config/schema.ts'
import {BUDGETS, type BudgetName, type Subject} from '../events.ts'
import {scopesOf, type TaskState} from '../tasks/state.ts'

/** Pure: what a task, its phases and its modules may use, and what is left of it. */

export type BudgetLimits = {readonly [Name in BudgetName]?: number | undefined}

export interface Budget {
  readonly name: BudgetName
  /** Key in `state.spent`. */
  readonly scope: string
  /** US dollars, tokens, milliseconds or turns: see `unitOf`. */
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
  return BUDGETS.flatMap((name) => {
    const limit = limits[name]
    const scope = name.startsWith('module') ? module : name.startsWith('phase') ? phase : ''
    if (limit === undefined || scope === undefined) return []
    return [{name, scope, limit, spent: spent[scope]?.[unitOf(name)] ?? 0}]
  })
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
  running: readonly {readonly subject: Subject; readonly spent: AttemptUse}[],
): Budget | undefined {
  return budgetsFor(limits, state, subject).find(({name, scope, limit, spent}) => {
    const shared = running.filter((other) => scopesOf(other.subject).includes(scope))
    return shared.reduce((sum, other) => sum + other.spent[unitOf(name)], spent) > limit
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
  return `The budget of ${amountOf(name, limit)}${what} (limits.${name})`
}

/** The flag of `conduct resume` that raises it. */
export function flagOf(name: BudgetName): string {
  return `--${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`
}

function unitOf(name: BudgetName): keyof AttemptUse {
  if (/usd$/i.test(name)) return 'usd'
  if (/tokens$/i.test(name)) return 'tokens'
  return name.endsWith('Time') ? 'time' : 'turns'
}

function amountOf(name: BudgetName, limit: number): string {
  const unit = unitOf(name)
  if (unit === 'time') return `${formatDuration(limit)} of agents at work`
  return `${limit} ${unit === 'usd' ? 'USD' : unit}`
}
