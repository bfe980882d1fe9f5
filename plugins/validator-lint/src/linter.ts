import type {ExecResult, MissingTool, ValidatorInput} from 'conduct-cli/plugin'

/** One linter that a project may configure. */
export interface Linter {
  readonly name: string
  /** What it is to look at: changed files by the folder whose configuration holds for them. Quick. */
  plan(input: ValidatorInput): Promise<readonly Unit[]>
  /** The program, ready to start; or what to type to get it. */
  locate(input: ValidatorInput, unit: Unit): Promise<Located>
  /** Everything after the program. Never mends a file, never writes a cache into the tree. */
  args(unit: Unit): readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** `undefined` when the linter did not do its work: its own error says why. */
  parse(output: LintOutput): readonly Problem[] | undefined
}

export interface Unit {
  /** Relative to the tree, `.` for the root; the linter runs there. */
  readonly dir: string
  /** Relative to `dir`. */
  readonly files: readonly string[]
  /** The configuration file, relative to the tree, where one was found. */
  readonly config?: string
}

export type Located = {readonly argv: readonly string[]} | {readonly missing: MissingTool}

export interface LintOutput extends Pick<ExecResult, 'exitCode' | 'stdout' | 'stderr'> {
  /** The project treats warnings as errors. */
  readonly warningsCount: boolean
}

/** What a linter complained about. */
export interface Problem {
  /** As the linter wrote it: absolute, or relative to where it ran. */
  readonly file: string
  readonly line?: number
  readonly rule?: string
  readonly message: string
}
