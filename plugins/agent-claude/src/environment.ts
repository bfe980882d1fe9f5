import path from 'node:path'
import type {ClaudeOptions} from './options.ts'

export type Variables = Readonly<Record<string, string>>

export interface Host {
  /** What the agent would get besides. */
  readonly env: Variables
  readonly projectDir: string
  /** Claude Code runs no agent for root that may do anything, unless it is told that it is shut in. */
  readonly isRoot: boolean
}

/** Ten, its default, take minutes; longer waits are ours. */
const RETRIES = '4'

/** The variables that Claude Code gets in addition: it reports nothing, updates nothing, and gives up in time. */
export function claudeEnvironment({home}: ClaudeOptions, {env, projectDir, isRoot}: Host): Variables {
  return {
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: env.CLAUDE_CODE_MAX_RETRIES ?? RETRIES,
    // It puts sockets and outputs into /tmp, whatever TMPDIR says.
    ...(env.TMPDIR === undefined ? {} : {CLAUDE_CODE_TMPDIR: env.CLAUDE_CODE_TMPDIR ?? env.TMPDIR}),
    ...(home === undefined ? {} : {CLAUDE_CONFIG_DIR: path.resolve(projectDir, home)}),
    ...(isRoot ? {IS_SANDBOX: '1'} : {}),
  }
}
