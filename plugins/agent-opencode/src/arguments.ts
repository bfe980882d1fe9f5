import type {AgentRequest} from 'conduct-cli/plugin'

/** What opencode calls its sessions. It becomes an argument, so nothing else gets through. */
const SESSION = /^ses_[A-Za-z0-9]+$/

/**
 * The arguments of an attempt; the prompt comes on stdin, for in an argument opencode puts it into quotes. Without a title it
 * would ask the model for one.
 */
export function attemptArguments({model, permissions}: AgentRequest, session: string | undefined): readonly string[] {
  return [
    'run',
    '--format',
    'json',
    // What is not allowed is refused, and nobody is there to be asked.
    ...(permissions === 'full' ? ['--auto'] : []),
    ...(model === undefined ? [] : ['--model', model]),
    ...(session === undefined ? ['--title', 'conduct'] : ['--session', session]),
  ]
}

/** `undefined` for what names no session: a new one is begun then. */
export function parseSession(session: string | undefined): string | undefined {
  return session !== undefined && SESSION.test(session) ? session : undefined
}
