import {ConductError} from '../errors.ts'

/** One thing that `conduct doctor` looked at. Field names are a promise to scripts. */
export interface Check {
  readonly name: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to type, most likely first; empty when all is well. */
  readonly hints: readonly string[]
}

/** A check that found nothing to mend. */
export const ok = (name: string, detail: string): Check => ({name, status: 'ok', detail, hints: []})

/** A check that a person should know of; conduct can work all the same. */
export const warn = (name: string, detail: string, ...hints: readonly string[]): Check => ({name, status: 'warn', detail, hints})

/** A check without which `conduct run` would end at once. */
export const fail = (name: string, detail: string, ...hints: readonly string[]): Check => ({name, status: 'fail', detail, hints})

/** Runs a check; a fault that a person can mend is its result, with the suggestions of the error. */
export async function attemptCheck(name: string, look: () => Promise<Check>): Promise<Check> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof ConductError) return fail(name, error.message, ...error.suggestions)
    throw error
  }
}
