import type {AgentRequest, Permissions} from 'conduct-cli/plugin'

/** Looking harms nobody, and the spec lies outside of the worktree. */
const LOOK = ['Read', 'Glob', 'Grep']
const EDIT = [...LOOK, 'Edit', 'Write', 'NotebookEdit']

/**
 * What each permission is to Claude Code. `acceptEdits` by itself lets commands through that it thinks harmless, so the tools
 * are named. What is not allowed is refused, for there is nobody to be asked.
 */
const PERMISSIONS: Readonly<Record<Permissions, readonly string[]>> = {
  full: ['--permission-mode', 'bypassPermissions'],
  edit: ['--permission-mode', 'acceptEdits', '--tools', EDIT.join(',')],
  read: ['--permission-mode', 'dontAsk', '--tools', LOOK.join(',')],
}

/** An attempt is one session in one worktree, which ends: nothing is put off, and no other worktree is made. */
const NEVER = ['EnterWorktree', 'ExitWorktree', 'CronCreate', 'ScheduleWakeup']

/** The arguments of an attempt; the prompt comes on stdin. @param session to go on with */
export function attemptArguments(
  {permissions, limits, model, mcpServers = {}}: AgentRequest,
  session: string | undefined,
): readonly string[] {
  const servers = Object.keys(mcpServers)
  return [
    '--print',
    '--output-format',
    'stream-json',
    '--verbose',
    ...PERMISSIONS[permissions],
    '--allowedTools',
    [...LOOK, ...servers.map((name) => `mcp__${name}`)].join(','),
    '--disallowedTools',
    NEVER.join(','),
    '--max-turns',
    String(limits.turns),
    // Or else it starts what a .mcp.json says, in the worktree or of the person: conduct’s own server, for one.
    '--strict-mcp-config',
    ...(servers.length === 0 ? [] : ['--mcp-config', JSON.stringify({mcpServers})]),
    ...(model === undefined ? [] : ['--model', model]),
    ...(session === undefined ? [] : ['--resume', session]),
  ]
}
