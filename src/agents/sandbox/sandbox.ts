import type {AgentHome, SpawnResult} from '../agent.ts'
import type {Mount} from './mounts.ts'
import type {SandboxRequest} from './places.ts'
import type {SandboxKind} from './settings.ts'

export interface SandboxInput extends SandboxRequest {
  /** The worktree. */
  readonly cwd: string
  /** The checkout of the person. */
  readonly projectDir: string
  /** The agent's variables. */
  readonly env: Readonly<Record<string, string>>
  readonly agentHome: AgentHome
}

/** What the programs of one attempt are shut in. */
export interface Sandbox {
  readonly kind: SandboxKind
  /** Variables of the attempt: where there is room for temporary files. */
  readonly env: Readonly<Record<string, string>>
  wrap(argv: readonly string[]): Wrapped
  /** Removes what was made for it. Nothing may run in it any more. */
  close(): Promise<void>
}

/** What to start in the place of a program. */
export interface Wrapped {
  readonly argv: readonly string[]
  readonly cwd: string
  /** How the program ended, from how this one did. */
  unwrap(result: SpawnResult): Promise<SpawnResult>
}

/** What every kind of sandbox is built from. */
export interface SandboxParts {
  readonly mounts: readonly Mount[]
  readonly cwd: string
  /** A folder of the attempt's own, which no agent sees; it is removed at the end. */
  readonly folder: string
  /** Below it: the agent's folder for temporary files. */
  readonly tmp: string
}
