import path from 'node:path'
import type {AgentRequest, McpServer} from 'conduct-cli/plugin'
import {parseLine, toFields, type Fields} from '@conduct-cli/json-fields'
import type {OpencodeOptions} from './options.ts'
import {permissionSettings} from './permissions.ts'
import type {Witness} from './witness.ts'

export type Variables = Readonly<Record<string, string>>

/** Nothing is shared, updated or downloaded. */
export const QUIET: Variables = {
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_SHARE: '1',
  OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
}

/** At its start opencode asks npm for a package that it can do without: where nobody answers, it is to give up at once. */
export const NPM_PATIENCE: Variables = {npm_config_fetch_retries: '0', npm_config_fetch_timeout: '15000'}

/**
 * The variables of an attempt. What is in OPENCODE_CONFIG_CONTENT is laid over the person's settings, which keep the login.
 * One who may not do everything could write settings and plugins into the worktree that let the next attempt do more, so
 * nothing there counts then but the instructions.
 */
export function attemptVariables(request: AgentRequest, {settings}: OpencodeOptions, witness: Witness): Variables {
  const servers = request.mcpServers ?? {}
  const isFull = request.permissions === 'full'
  const base = {...parseLine(request.env['OPENCODE_CONFIG_CONTENT']?.trim() ?? ''), ...settings}
  const content = {
    ...base,
    autoupdate: false,
    share: 'disabled',
    // It would keep a copy of the tree for each step: the worktree is in git already.
    snapshot: false,
    plugin: [...listOf(base['plugin']), witness.url],
    mcp: {...toFields(base['mcp']), ...mcpSettings(servers)},
    permission: permissionSettings(request.permissions, Object.keys(servers)),
    ...(isFull ? {} : {instructions: ['AGENTS.md', 'CLAUDE.md'].map((name) => path.join(request.cwd, name))}),
  }
  return {
    ...QUIET,
    ...NPM_PATIENCE,
    TMPDIR: witness.tmp,
    ...(isFull ? {} : {OPENCODE_DISABLE_PROJECT_CONFIG: '1'}),
    OPENCODE_CONFIG_CONTENT: JSON.stringify(content),
  }
}

function mcpSettings(servers: Readonly<Record<string, McpServer>>): Fields {
  const entries = Object.entries(servers).map(([name, {command, args, env = {}}]) => {
    return [name, {type: 'local', command: [command, ...args], environment: env, enabled: true}] as const
  })
  return Object.fromEntries(entries)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
