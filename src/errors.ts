import {inspect} from 'node:util'

/** Process exit codes (DESIGN: docs/exit-codes.md). Scripts rely on them: add, never renumber. */
export const EXIT = {
  DONE: 0,
  BUG: 1,
  USAGE: 2,
  SPEC: 3,
  CONFIG: 4,
  ENVIRONMENT: 5,
  VALIDATION: 6,
  CONFLICT: 7,
  BUDGET: 8,
  RATE_LIMIT: 9,
  APPROVAL: 10,
  LOCKED: 11,
  NOT_FOUND: 12,
  INTERRUPTED: 130,
  TERMINATED: 143,
} as const

/** Code of every fault a person can mend, and the exit code it ends the process with. */
export const EXIT_CODES = {
  USAGE: EXIT.USAGE,
  ORDER_VIOLATED: EXIT.USAGE,
  CONFIRMATION_NEEDED: EXIT.USAGE,
  DECLINED: EXIT.USAGE,
  SPEC_NOT_FOUND: EXIT.SPEC,
  SPEC_INVALID: EXIT.SPEC,
  SPEC_CHANGED: EXIT.SPEC,
  CONFIG_INVALID: EXIT.CONFIG,
  NOT_A_REPOSITORY: EXIT.ENVIRONMENT,
  BARE_REPOSITORY: EXIT.ENVIRONMENT,
  NO_COMMIT: EXIT.ENVIRONMENT,
  DETACHED_HEAD: EXIT.ENVIRONMENT,
  GIT_MISSING: EXIT.ENVIRONMENT,
  GIT_FAILED: EXIT.ENVIRONMENT,
  AGENT_UNAVAILABLE: EXIT.ENVIRONMENT,
  SANDBOX_UNAVAILABLE: EXIT.ENVIRONMENT,
  TOOL_MISSING: EXIT.ENVIRONMENT,
  PLUGIN_BROKEN: EXIT.ENVIRONMENT,
  PLUGIN_NOT_INSTALLED: EXIT.ENVIRONMENT,
  STORE_UNREACHABLE: EXIT.ENVIRONMENT,
  STORE_READ_ONLY: EXIT.ENVIRONMENT,
  STORE_FULL: EXIT.ENVIRONMENT,
  DISK_FULL: EXIT.ENVIRONMENT,
  NOT_WRITABLE: EXIT.ENVIRONMENT,
  PERMISSION_REFUSED: EXIT.ENVIRONMENT,
  CANNOT_LISTEN: EXIT.ENVIRONMENT,
  VALIDATION_FAILED: EXIT.VALIDATION,
  TASK_LOCKED: EXIT.LOCKED,
  TASK_AMBIGUOUS: EXIT.USAGE,
  LOG_INVALID: EXIT.USAGE,
  LOG_CONFLICT: EXIT.USAGE,
  TASK_NOT_FOUND: EXIT.NOT_FOUND,
  PHASE_NOT_FOUND: EXIT.NOT_FOUND,
  CHECKPOINT_NOT_FOUND: EXIT.NOT_FOUND,
  WORKTREE_NOT_FOUND: EXIT.NOT_FOUND,
} as const

export type ErrorCode = keyof typeof EXIT_CODES

/** The words of whatever was thrown: plugins throw what they like. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  return typeof thrown === 'object' ? inspect(thrown) : String(thrown)
}

/** A fault a person can mend. Anything else that is thrown is a bug in conduct. */
export class ConductError extends Error {
  override readonly name = 'ConductError'
  readonly code: ErrorCode
  /** What to do next, most likely first. oclif prints these as "Try this". */
  readonly suggestions: readonly string[]
  readonly oclif: {readonly exit: number}

  constructor(code: ErrorCode, message: string, suggestions: readonly string[] = [], cause?: unknown) {
    // What prints an error follows its causes, and expects errors.
    super(message, cause === undefined ? undefined : {cause: cause instanceof Error ? cause : new Error(messageOf(cause))})
    this.code = code
    this.suggestions = suggestions
    this.oclif = {exit: EXIT_CODES[code]}
  }
}

/**
 * `PERMISSION_REFUSED`: the runtime was started with fewer permissions than this takes.
 *
 * @param what what it refused, in its own words or ours
 */
export const permissionRefused = (what: string, cause?: unknown) =>
  new ConductError(
    'PERMISSION_REFUSED',
    `Deno was not allowed to do this: ${what}`,
    ['deno task conduct:all …, or see docs/deno.md.'],
    cause,
  )
