/** What a SPEC.md says, with the place of every part. Lines and columns are 1-based. */
export interface Spec {
  /** Text of the first heading, `''` when there is none. */
  readonly title: string
  /** In the order of the document, which is the order of execution. */
  readonly phases: readonly Phase[]
}

export interface Phase {
  /** Position in the document, from 1: the `N` of the branch `conduct/<task>/p<N>/<module>`. */
  readonly index: number
  /** The heading as written: `Phase 1: Proto Definitions & Setup`. Unique in a spec. */
  readonly name: string
  /** The heading without its `Phase N:`. */
  readonly title: string
  /** The bullet list that belongs to no label. */
  readonly tasks: readonly string[]
  readonly modules: readonly Module[]
  /** A shell script (one or several lines); `''` when the spec has none, which `checkSpec` reports. */
  readonly testCommand: string
  readonly criteria: readonly Criterion[]
  readonly gotchas: readonly string[]
  /** Globs that must match something after the phase. */
  readonly files: readonly string[]
  /** Names of earlier phases, as written. */
  readonly dependsOn: readonly string[]
  /** `Allow TODO: yes`: placeholders are not findings in this phase. */
  readonly allowTodo: boolean
  /** Run in every new worktree of this phase, after `worktrees.setup` of the config. */
  readonly setupCommand?: string
  /** Limit for one agent attempt of this phase. */
  readonly timeoutMs?: number
  /** Name of the agent backend for this phase. */
  readonly agent?: string
  readonly line: number
}

export interface Module {
  /** As written in the spec. */
  readonly name: string
  /** Safe for a path and a ref: `^[a-z0-9][a-z0-9._-]{0,62}$`, unique in its phase. */
  readonly slug: string
  /** Globs of the files that only this module should touch; empty when the spec does not say. */
  readonly owns: readonly string[]
}

export interface Criterion {
  /** `p<phase index>.c<n>`, n from 1: stable as long as the spec does not change. */
  readonly id: string
  /** The line as plain text, without Markdown marks. */
  readonly text: string
  /** Inline code spans in it, in order. */
  readonly code: readonly string[]
  /** The command of a `check:` sub-item. */
  readonly check?: string
  readonly line: number
}

/** One thing that is wrong, or odd, in a spec. */
export interface SpecProblem {
  readonly severity: 'error' | 'warning'
  readonly line: number
  readonly column: number
  /** Stable, kebab-case: `no-phases`, `unsafe-module-name`. */
  readonly code: string
  readonly message: string
  /** What to type or change. */
  readonly hint?: string
}
