/** The contract between conduct and a coding agent. Plugins import it, as types, from `conduct-cli/plugin`. */

export const ROLES = ['implementation-executor', 'fix-executor', 'synthesis-architect', 'code-reviewer', 'security-auditor'] as const

/** What an agent is launched as. */
export type Role = (typeof ROLES)[number]

export const PERMISSIONS = ['full', 'edit', 'read'] as const

/**
 * What an agent may do by itself: `read` looks at files; `edit` writes files of its worktree as well, and runs commands only where
 * these cannot do more either; `full` does whatever its user may. MCP servers of the request may be used in each.
 */
export type Permissions = (typeof PERMISSIONS)[number]

/**
 * Drives one coding agent. `run` is called once per attempt; several attempts may run at the same time,
 * each with its own `request.cwd`, so a backend keeps no state between calls.
 */
export interface AgentBackend {
  /** Unique, kebab-case: the key under `agents.backends` in the config. */
  readonly name: string
  /** Version of the contract that it was written for. Default: 1, the only one so far. */
  readonly contract?: 1
  /** Can it run here? Called before a task starts and by `conduct doctor`; must be quick and change nothing. */
  probe(input: ProbeInput): Promise<Probe>
  /**
   * What the agent must be able to write besides its worktree: where it keeps its login, settings and sessions. A sandbox leaves
   * these open, and `request.env.TMPDIR`; all else is read-only. Without it, nothing is open.
   */
  home?(input: HomeInput): AgentHome | Promise<AgentHome>
  /**
   * Runs one attempt to its end. Must settle soon after `tools.signal` aborts. conduct enforces the limits
   * (time, silence, budget), so a backend needs none of its own.
   * Throwing means a bug in the backend, and is reported under its name.
   */
  run(request: AgentRequest, tools: AgentTools): Promise<AgentOutcome>
}

export interface ProbeInput {
  /** `agents.backends.<name>` of the config, as written. */
  readonly options: unknown
  /** Repository root: relative programs in `options` are meant from here. */
  readonly cwd: string
  /** Absolute path of a program, or `undefined` when it is not on PATH (or not executable). */
  which(program: string): Promise<string | undefined>
  /** Variables that an agent would get. */
  readonly env: Readonly<Record<string, string>>
  /**
   * Runs a program with these variables, and those of `options`, in an empty folder: `my-agent --version`. It is ended after
   * 18 seconds, or `timeoutMs` when that is less. Never rejects for what the program does.
   */
  exec(argv: readonly string[], options?: ProbeExecOptions): Promise<SpawnResult>
}

/** As for an attempt. `signal` ends the program when its answer is all that was wanted. */
export type ProbeExecOptions = Pick<SpawnOptions, 'env' | 'input' | 'onLine'> & {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

/** What `home` is asked with: as in `ProbeInput`. */
export type HomeInput = Pick<ProbeInput, 'options' | 'cwd' | 'env'>

export interface AgentHome {
  /** Absolute paths. A folder that is missing is made. */
  readonly write: readonly string[]
  /** Absolute paths within these that stay as they are: settings that the agent would obey the next time. */
  readonly keep?: readonly string[]
}

export type Probe = {readonly ok: true; readonly version?: string} | {readonly ok: false; readonly problem: string; readonly hint: string}

export interface AgentRequest {
  readonly role: Role
  readonly prompt: string
  /** Absolute path of the worktree to work in. */
  readonly cwd: string
  readonly taskId: string
  /** Phase name, `''` outside a phase. */
  readonly phase: string
  /** Position of the phase, from 1; 0 outside a phase. */
  readonly phaseIndex: number
  /** Module name; several are joined by commas when the work spans them. */
  readonly module: string
  /** From 1, counted per module (implementing) or per phase (fixing, merging). */
  readonly attempt: number
  /** Absolute path of the frozen spec. */
  readonly specPath: string
  /** Session of an earlier attempt to continue, where the backend knows sessions. */
  readonly session?: string
  readonly model?: string
  /** The agent is to have these, and no others. */
  readonly mcpServers?: Readonly<Record<string, McpServer>>
  readonly permissions: Permissions
  /** For an agent that can keep to them by itself; conduct enforces them in any case. */
  readonly limits: {readonly turns: number}
  /** Complete environment for the agent: allow-listed variables and the `CONDUCT_*` ones. */
  readonly env: Readonly<Record<string, string>>
  /** `agents.backends.<name>` of the config, as written. */
  readonly options: unknown
  /** Repository root: relative paths in `options` are meant from here. */
  readonly projectDir: string
}

export interface McpServer {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface AgentTools {
  /** Aborts on cancel and on every limit. */
  readonly signal: AbortSignal
  /** Reports what happens, as it happens; any event counts as a sign of life. */
  emit(event: AgentEvent): void
  /**
   * Starts a program in its own process group, in `request.cwd`, with `request.env`; ends it, and all that
   * it started, when the attempt ends. Its output goes to the transcript, with secrets masked.
   * Never rejects for an exit code.
   */
  spawn(argv: readonly string[], options?: SpawnOptions): Promise<SpawnResult>
}

export interface SpawnOptions {
  /**
   * Written to stdin, which is then closed. Of a series, each text is asked for once the program has room for it, so that it can be
   * talked to while it runs; a series that nobody reads any more hears of it by its `return`.
   */
  readonly input?: string | AsyncIterable<string>
  /** How long it may go on when the attempt is stopped, to end by itself because its input says so: at most 1000. Default: 0. */
  readonly graceMs?: number
  readonly env?: Readonly<Record<string, string>>
  /** Stdout is for the backend alone, which says by `emit` what people are to see: JSON lines. It is kept, but not shown. */
  readonly isProtocol?: boolean
  /** Called for each full line of stdout, without its newline. */
  onLine?(line: string): void
}

export interface SpawnResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: string | null
  /** Last 64 KiB of each. */
  readonly stdout: string
  readonly stderr: string
  /** Set when the program could not be started at all: `ENOENT: …`. */
  readonly error?: string
}

export type AgentEvent =
  | {readonly type: 'text'; readonly text: string}
  | {readonly type: 'tool'; readonly name: string; readonly detail?: string}
  | {readonly type: 'usage'; readonly usage: Usage}
  | {readonly type: 'session'; readonly id: string}
  /** The agent asks its model once more. One who cannot see that says it of each use of a tool. */
  | {readonly type: 'turn'}
  /** What runs: so that an attempt can be explained later. */
  | {readonly type: 'agent'; readonly version?: string; readonly model?: string}

/** Sums for one attempt so far, not increments. */
export interface Usage {
  /** All of them: `input`, `cacheRead`, `cacheWrite` and `output` together. */
  readonly tokens: number
  /** Absent when the agent does not say: then the prices of the configuration count, where they know the model. */
  readonly usd?: number
  /** Read anew: without what came from a cache or was written to it, whatever the agent calls input. */
  readonly input?: number
  readonly cacheRead?: number
  readonly cacheWrite?: number
  /** With what was thought. */
  readonly output?: number
  /** The part of `output` that was thought. */
  readonly reasoning?: number
}

/** How an attempt ended. Only `finished` lets conduct look at the work; nothing here is taken as proof of it. */
export type AgentOutcome =
  | {readonly status: 'finished'; readonly summary?: string; readonly usage?: Usage; readonly session?: string}
  /** `retryable: false` ends the module at once: no key, no such model. */
  | {
      readonly status: 'failed'
      readonly cause: string
      readonly retryable: boolean
      /** The provider failed (5xx, a stream that was cut), not the agent: it is tried again after a while, and no attempt is used. */
      readonly transient?: boolean
      readonly usage?: Usage
      readonly session?: string
    }
  /** A pause, not a used attempt. `retryAfterMs` from now. */
  | {readonly status: 'rate-limited'; readonly retryAfterMs: number; readonly usage?: Usage; readonly session?: string}
  | {readonly status: 'stalled'; readonly silentMs: number}
  | {readonly status: 'timed-out'; readonly limitMs: number}
  | {readonly status: 'over-budget'; readonly usd: number; readonly limit?: string}
  | {readonly status: 'cancelled'}
