/** What `conduct-cli/plugin/testing` exports: the rules that every plugin keeps, as tests. */
import type {AgentBackend} from '../agents/agent.ts'
import type {Validator, ValidatorPhase} from '../validators/validator.ts'

/**
 * Of a test runner that has `describe` and `it`: mocha, node:test, vitest, jest. Where they are globals nothing needs to
 * be passed.
 */
export interface TestRunner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => Promise<void>): unknown
}

/** A tree of text files by path, relative and `/`-separated. */
export type Files = Readonly<Record<string, string>>

export interface ValidatorUnderTest {
  readonly validator: Validator
  /** A tree that has nothing for it: `applies` is false. */
  readonly nothing: Files
  /** A tree that passes. */
  readonly good: Files
  /** A tree that fails. */
  readonly bad: Files
  /** The commit that the trees are compared with; none, and all lines new, when absent. */
  readonly base?: Files
  /** `options` of the configuration. */
  readonly options?: unknown
  readonly phase?: Partial<ValidatorPhase>
}

/**
 * What the agent of a scenario does:
 * `finishes`: writes `built.txt` with the text "built" into its working directory, reports 100 tokens, and 0.5
 * dollars unless it never says what it costs; ends well. `fails`: ends with an error that names "the reason". `waits`: asks to come back in 3 seconds.
 * `hangs`: shows a sign of life, then works for minutes. `missing`: the agent itself is not there.
 */
export type Scenario = 'finishes' | 'fails' | 'waits' | 'hangs' | 'missing'

export interface AgentUnderTest {
  readonly backend: AgentBackend
  /** Prepares the folder `projectDir` for a scenario; returns `agents.backends.<name>` of the configuration. */
  prepare(projectDir: string, scenario: Scenario): Promise<unknown>
  /** Options that the backend must refuse. Default: none at all, and things of every other kind. */
  readonly badOptions?: readonly unknown[]
  /** Variables besides PATH, such as a key that `probe` looks for. Nothing else of the machine is there. */
  readonly env?: Readonly<Record<string, string>>
}

/** Describes the tests that every validator passes. */
export declare function validatorContract(subject: ValidatorUnderTest, runner?: TestRunner): void

/** Describes the tests that every agent backend passes. */
export declare function agentContract(subject: AgentUnderTest, runner?: TestRunner): void
