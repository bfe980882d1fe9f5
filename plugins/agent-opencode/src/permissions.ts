import type {Permissions} from 'conduct-cli/plugin'

/** What opencode says of a tool: for all that it may be called with, or by pattern, where the last that fits counts. */
export type Rule = 'allow' | 'deny' | Readonly<Record<string, 'allow' | 'deny'>>

/** Looking harms nobody, and the spec lies outside of the worktree. */
const LOOK: Readonly<Record<string, Rule>> = {
  read: 'allow',
  glob: 'allow',
  grep: 'allow',
  list: 'allow',
  todowrite: 'allow',
  external_directory: 'allow',
}

/**
 * What each permission is to opencode. Paths of `edit` are relative to the worktree, so all that is elsewhere begins with `..`.
 * What is not named is denied: a tool that a later opencode has, too.
 *
 * @param servers names of the MCP servers that may be used
 */
export function permissionSettings(permissions: Permissions, servers: readonly string[]): Readonly<Record<string, Rule>> {
  if (permissions === 'full') return {'*': 'allow'}
  const tools = Object.fromEntries(servers.map((name) => [`${name.replaceAll(/[^a-zA-Z0-9_-]/g, '_')}_*`, 'allow'] as const))
  const edit: Rule = permissions === 'edit' ? {'*': 'allow', '..*': 'deny', '/*': 'deny'} : 'deny'
  return {'*': 'deny', ...LOOK, edit, bash: 'deny', task: 'deny', webfetch: 'deny', websearch: 'deny', ...tools}
}
