import type {Permissions} from 'conduct-cli/plugin'

/** Looking at the tree, and keeping notes that nobody but the model sees. */
const LOOK = ['read_file', 'read_many_files', 'list_directory', 'glob', 'grep_search', 'search_file_content', 'write_todos', 'update_topic']
const EDIT = [...LOOK, 'write_file', 'replace']

/**
 * Gemini's modes let more through than they say: plans are written in the worktree, pages are fetched, sub-agents are started.
 * So the tools are named, in a file for `--policy`, above all that settings can say. What is not allowed is not even
 * offered. Gemini's own tools write in the worktree alone; a shell has no such wall, so there is none.
 *
 * @param servers names of the MCP servers of the request
 */
export function policyText(permissions: Exclude<Permissions, 'full'>, servers: readonly string[]): string {
  const tools = permissions === 'edit' ? EDIT : LOOK
  const rules = [
    {toolName: tools, decision: 'allow', priority: 999},
    ...servers.map((mcpName) => ({mcpName, toolName: '*', decision: 'allow', priority: 999})),
    {toolName: '*', decision: 'deny', priority: 998},
  ]
  return rules.map(toToml).join('\n')
}

/** Strings, numbers and lists of strings are written in TOML as in JSON. */
function toToml(rule: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(rule).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
  return ['[[rule]]', ...lines, ''].join('\n')
}
