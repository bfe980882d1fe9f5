/** All that a plugin author imports, as types only: `import type {Validator} from 'conduct-cli/plugin'`. */
export type {
  AgentBackend,
  AgentEvent,
  AgentHome,
  AgentOutcome,
  AgentRequest,
  AgentTools,
  HomeInput,
  McpServer,
  Permissions,
  Probe,
  ProbeExecOptions,
  ProbeInput,
  Role,
  SpawnOptions,
  SpawnResult,
  Usage,
} from './agents/agent.ts'
export type {
  BeforeRepairs,
  ExecOptions,
  ExecResult,
  Finding,
  MissingTool,
  TestReport,
  Validator,
  ValidatorInput,
  ValidatorPhase,
  Verdict,
} from './validators/validator.ts'

import type {AgentBackend} from './agents/agent.ts'
import type {Validator} from './validators/validator.ts'

/** Options of the oclif hook `conduct:register`, which conduct runs once per process that needs plugins. */
export interface RegisterOptions {
  addAgent(backend: AgentBackend): void
  addValidator(validator: Validator): void
}
