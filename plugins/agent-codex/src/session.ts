import {NO_TOKENS, type Tokens} from './tokens.ts'

/** A thread of codex, and what it had used when conduct last heard of it. */
export interface Session {
  readonly thread: string
  readonly tokens: Tokens
}

const THREAD = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const SESSION = /^([0-9a-f-]{36})(?:@(\d+)\.(\d+)\.(\d+)\.(\d+)\.(\d+))?$/

/** A backend keeps nothing between attempts, so what a thread has used before goes with its name. */
export function formatSession({thread, tokens: {input, cached, cacheWrite, output, reasoning}}: Session): string {
  return `${thread}@${[input, cached, cacheWrite, output, reasoning].join('.')}`
}

/** `undefined` for what names no thread: a new one is begun then. It becomes an argument, so nothing else gets through. */
export function parseSession(session: string | undefined): Session | undefined {
  const [, thread = '', ...counts] = SESSION.exec(session ?? '') ?? []
  if (!isThread(thread)) return undefined
  if (counts[0] === undefined) return {thread, tokens: NO_TOKENS}
  const [input = 0, cached = 0, cacheWrite = 0, output = 0, reasoning = 0] = counts.map(Number)
  return {thread, tokens: {input, cached, cacheWrite, output, reasoning}}
}

/** Is it the id of a thread? */
export function isThread(id: string): boolean {
  return THREAD.test(id)
}
