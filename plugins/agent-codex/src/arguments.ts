import type {AgentRequest, McpServer} from 'conduct-cli/plugin'
import type {CodexOptions} from './options.ts'
import {sandboxSettings} from './permissions.ts'
import {toToml} from './toml.ts'

export interface Invocation {
  readonly request: AgentRequest
  readonly options: CodexOptions
  /** Thread to go on with. */
  readonly thread?: string
  /** MCP servers of the person's or the project's settings, which the agent is not to have. */
  readonly strangers: readonly string[]
}

/**
 * The arguments of `codex exec`, which reads the prompt from stdin. `resume` knows fewer flags than `exec`, but the same
 * settings, so all is said as settings.
 */
export function execArguments({request, options, thread, strangers}: Invocation): readonly string[] {
  const settings = {
    // Agents that codex starts by itself would be counted by nobody.
    'features.multi_agent': false,
    ...options.settings,
    ...QUIET,
    approval_policy: 'never',
    ...sandboxSettings(request.permissions),
    ...mcpSettings(request.mcpServers ?? {}, strangers),
  }
  return [
    'exec',
    ...(thread === undefined ? [] : ['resume']),
    '--json',
    '--skip-git-repo-check',
    ...settingArguments(settings),
    ...(request.model === undefined ? [] : ['--model', request.model]),
    ...(thread === undefined ? [] : [thread]),
    '-',
  ]
}

/** What keeps codex to itself: its model is all that it reaches over the network, and it tells nobody what it does. */
export const QUIET: Readonly<Record<string, unknown>> = {
  'features.plugins': false,
  'features.apps': false,
  'analytics.enabled': false,
  check_for_update_on_startup: false,
  notify: [],
}

/** `-c KEY=VALUE` for each setting. */
export function settingArguments(settings: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${toToml(value)}`])
}

function mcpSettings(servers: Readonly<Record<string, McpServer>>, strangers: readonly string[]) {
  const off = strangers.filter((name) => !(name in servers)).map((name) => [name, {enabled: false}] as const)
  const ours = Object.entries(servers).map(([name, server]) => [name, toTable(server)] as const)
  const all = Object.fromEntries<object>([...off, ...ours])
  return Object.keys(all).length === 0 ? {} : {mcp_servers: all}
}

/**
 * `required`: codex goes on without a server that does not start, and says nothing. `approve`: with a sandbox it refuses every
 * tool else, since there is nobody to ask.
 */
function toTable({command, args, env = {}}: McpServer) {
  return {command, args, env, enabled: true, required: true, default_tools_approval_mode: 'approve'}
}
