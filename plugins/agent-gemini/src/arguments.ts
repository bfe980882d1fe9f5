import type {AgentRequest} from 'conduct-cli/plugin'

export interface Invocation {
  readonly request: Pick<AgentRequest, 'permissions' | 'model' | 'mcpServers'>
  /** An old session to go on with, or the id of the new one. */
  readonly session: {readonly id: string; readonly isOld: boolean}
  /** File with the rules of the attempt. */
  readonly policy?: string
}

/** A list that allows none would allow all. */
const NO_SERVER = 'none-of-conduct'

/** The arguments of an attempt; the prompt comes on stdin. */
export function attemptArguments({request, session, policy}: Invocation): readonly string[] {
  const {permissions, model, mcpServers = {}} = request
  const servers = Object.keys(mcpServers)
  return [
    '--output-format',
    'stream-json',
    '--approval-mode',
    // Where the tree is not trusted, gemini knows no other.
    permissions === 'full' ? 'yolo' : 'default',
    ...(policy === undefined ? [] : ['--policy', policy]),
    ...(servers.length === 0 ? [NO_SERVER] : servers).flatMap((name) => ['--allowed-mcp-server-names', name]),
    ...(model === undefined ? [] : ['--model', model]),
    session.isOld ? '--resume' : '--session-id',
    session.id,
  ]
}

/** A prompt that begins with a slash is a command to gemini. */
export function toInput(prompt: string): string {
  return prompt.startsWith('/') ? `\n${prompt}` : prompt
}
