/** A place where work was left out. */
export interface Mark {
  /** 1-based; the one to show. */
  readonly line: number
  /** Lines that make it what it is: whoever wrote one of them is to blame. */
  readonly lines: readonly number[]
  /** What is wrong and what would be right, in one sentence or two. */
  readonly message: string
  /** It may be meant so: other classes of the tree decide. */
  readonly doubt?: Doubt
  /** An emptied function: the base decides, when none of its lines is new. */
  readonly emptied?: {readonly name: string; readonly owner: string | undefined}
}

/** A method that does nothing, or only throws. */
export interface Doubt {
  /** `throws`: fine when a subclass overrides it. `empty`: also when it silences a method that a base class has. */
  readonly kind: 'throws' | 'empty'
  readonly method: string
  readonly owner: string
  readonly bases: readonly string[]
}

/** At most 120 characters, on one line. */
export function shorten(words: string): string {
  const line = words.replaceAll(/\s+/g, ' ').trim()
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}
