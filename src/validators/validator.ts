/** The contract of a check. Plugins import it, as types, from `conduct-cli/plugin`. */

/** Reads a tree and says what is wrong with it. Never changes the tree: it gets a checkout of its own. */
export interface Validator {
  /** Unique, kebab-case: what `validators` in the config and `conduct validate NAME` call it. */
  readonly name: string
  /** Version of the contract that it was written for. Default: 1, the only one so far. */
  readonly contract?: 1
  /** `false`: the project has nothing for it, and the verdict is `skip`. Must be quick. */
  applies(input: ValidatorInput): Promise<boolean> | boolean
  run(input: ValidatorInput): Promise<Verdict>
}

export interface ValidatorInput {
  /** Absolute path of a clean checkout of the committed tree. */
  readonly cwd: string
  /** Every tracked file, relative to `cwd`, `/`-separated, sorted. */
  readonly files: readonly string[]
  /**
   * Those that differ from the base commit (all of them when there is no base), sorted. The base is what the work under
   * validation began from: the phase's checkpoint before it, for a finish the branch that it lands on, elsewhere what
   * the person named.
   */
  readonly changedFiles: readonly string[]
  /**
   * Line numbers (1-based) in a changed file that the base does not have, so that old sins are not blamed
   * on new work. Every line for a new file.
   */
  addedLines(file: string): Promise<ReadonlySet<number>>
  /** Text of a tracked file; `undefined` for a binary, a link, or a file over 1 MiB. */
  readText(file: string): Promise<string | undefined>
  /** Every file of the base commit, sorted; absent when there is no base. Those not in `files` were removed or renamed. */
  readonly baseFiles?: readonly string[]
  /** Text of a file at the base commit; `undefined` as for `readText`, and always without a base. */
  baseText(file: string): Promise<string | undefined>
  /**
   * The same with the commit at which agents were first sent in to mend the work as the base; absent when none was. What
   * the work had added, and a repair took away again, is seen in no other way.
   */
  readonly beforeRepairs?: BeforeRepairs
  /** What the spec asks for in the work under validation, as plain text; absent without a spec. */
  readonly specText?: string
  /** The phase under validation; absent in `conduct validate` without a task. */
  readonly phase?: ValidatorPhase
  /** `options` of this validator in the config. */
  readonly options: unknown
  readonly signal: AbortSignal
  /** Runs a program in `cwd` with a time limit, in its own process group. Never rejects for an exit code. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>
  /**
   * Runs a shell script that is a whole test suite, as the phase's test command is run: counts the tests,
   * names the failing ones, repeats a failing run once to tell flaky from real, and does not fail for what
   * fails on the base commit already. The answer is a verdict that may be returned as it is.
   */
  runTests(script: string): Promise<TestReport>
}

/** Members of `ValidatorInput`, with another base. */
export interface BeforeRepairs extends Pick<ValidatorInput, 'changedFiles' | 'addedLines' | 'baseText'> {
  readonly baseFiles: readonly string[]
}

/** What a test suite did. */
export interface TestReport extends Verdict {
  /** Of the last run; `null` when a signal or the time limit ended it. */
  readonly exitCode: number | null
  readonly timedOut: boolean
  /** Absolute path of the full output. */
  readonly logFile: string
}

export interface ValidatorPhase {
  readonly name: string
  /** Globs of the spec's `Files:`. */
  readonly files: readonly string[]
  readonly allowTodo: boolean
  readonly testCommand: string
}

export interface ExecOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Default: the config's `limits.validation`. */
  readonly timeoutMs?: number
}

export interface ExecResult {
  /** `null` when a signal or the time limit ended it. */
  readonly exitCode: number | null
  readonly timedOut: boolean
  /** Last 1 MiB of each. */
  readonly stdout: string
  readonly stderr: string
  /** Set when the program could not be started: `ENOENT: …`. */
  readonly error?: string
  /** Absolute path of the full output. */
  readonly logFile: string
}

export interface Verdict {
  readonly status: 'pass' | 'fail' | 'skip'
  /** Number of tests, files or rules that really ran; `null` when the tool does not tell. `fail` when 0. */
  readonly executed: number | null
  /** What is wrong; empty unless `fail` (or a `pass` that only found what was there before). */
  readonly findings: readonly Finding[]
  /** For people: the command and its exit code, or why it was skipped. */
  readonly evidence?: string
  /**
   * Programs that the check needs and that are not installed. Makes it a `fail`, but no agent is asked to mend it:
   * conduct stops with exit code 5, says what to type, and goes on from there when it is called again.
   */
  readonly missing?: readonly MissingTool[]
}

/** A program that is not there, and how to get it. */
export interface MissingTool {
  readonly tool: string
  /** A command to type: `npm ci`. */
  readonly install: string
}

/** What is wrong, and where, in words an agent can act on. */
export interface Finding {
  readonly message: string
  /** Relative to the tree. */
  readonly file?: string
  /** 1-based. */
  readonly line?: number
  /** Name of the failing test, stable between runs: tells old failures from new ones. */
  readonly test?: string
  /** Set by conduct: the base commit has it too. */
  readonly preExisting?: boolean
  /** Set by conduct: failed once and passed when repeated. */
  readonly flaky?: boolean
}
