import {Flags} from '@oclif/core'
import {parseDuration} from '../config/duration.ts'
import {ConductError} from '../errors.ts'
import type {RaisedLimits} from '../events.ts'

const usd = (summary: string) => Flags.string({summary, helpValue: 'N'})
const time = (summary: string) => Flags.string({summary, helpValue: 'DURATION'})
const number = (summary: string) => Flags.integer({summary, min: 1})

/** Flags that raise budgets. */
export const budgetFlags = {
  usd: usd('Raise the budget to so many US dollars.'),
  tokens: number('Raise the budget to so many tokens.'),
  'phase-usd': usd('Raise the budget of each phase to so many US dollars.'),
  'phase-tokens': number('Raise the budget of each phase to so many tokens.'),
  'module-usd': usd('Raise the budget of each module to so many US dollars.'),
  'module-tokens': number('Raise the budget of each module to so many tokens.'),
  'task-time': time('Raise the time that all agents may work, added up.'),
  'phase-time': time('Raise the time that the agents of each phase may work.'),
  'module-time': time('Raise the time that the agents of each module may work.'),
  'task-turns': number('Raise how often all agents may ask their models.'),
  'phase-turns': number('Raise how often the agents of each phase may.'),
  'module-turns': number('Raise how often the agents of each module may.'),
}

export type BudgetFlags = {
  readonly [Name in keyof typeof budgetFlags]?: ((typeof budgetFlags)[Name] extends ReturnType<typeof number> ? number : string) | undefined
}

/**
 * What the flags raise.
 *
 * @throws {ConductError} `USAGE` for what is no amount or no duration
 */
export function raisedBy(flags: BudgetFlags): RaisedLimits {
  const all: Readonly<Record<keyof RaisedLimits, number | undefined>> = {
    usd: parseUsd('usd', flags.usd),
    tokens: flags.tokens,
    taskTime: parseTime('task-time', flags['task-time']),
    taskTurns: flags['task-turns'],
    phaseUsd: parseUsd('phase-usd', flags['phase-usd']),
    phaseTokens: flags['phase-tokens'],
    phaseTime: parseTime('phase-time', flags['phase-time']),
    phaseTurns: flags['phase-turns'],
    moduleUsd: parseUsd('module-usd', flags['module-usd']),
    moduleTokens: flags['module-tokens'],
    moduleTime: parseTime('module-time', flags['module-time']),
    moduleTurns: flags['module-turns'],
  }
  return Object.fromEntries(Object.entries(all).filter(([, limit]) => limit !== undefined))
}

function parseUsd(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const amount = Number(text)
  if (amount > 0 && Number.isFinite(amount)) return amount
  throw new ConductError('USAGE', `--${flag} ${text}: expected an amount such as 25 or 7.50.`, [])
}

function parseTime(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  if (ms !== undefined) return ms
  throw new ConductError('USAGE', `--${flag} ${text}: expected a duration such as 90m or 8h.`, [])
}
