import {parseTokens, toFields, type Tokens} from './tokens.ts'

/** What one line of `codex exec --json` says, as far as conduct wants to know. */
export type CodexEvent =
  | {readonly type: 'thread'; readonly id: string}
  | {readonly type: 'message'; readonly text: string}
  /** Told when it begins, and once more when it ends: `id` is the same. */
  | {readonly type: 'tool'; readonly id: string; readonly name: string; readonly detail: string}
  /** Nothing that ends the turn: a lost connection that is tried again, a warning. */
  | {readonly type: 'notice'; readonly text: string}
  | {readonly type: 'completed'; readonly total: Tokens | undefined}
  | {readonly type: 'failed'; readonly message: string}

type Fields = Readonly<Record<string, unknown>>

/** How codex wraps each command. */
const SHELL = /^(?:\/\S*\/)?(?:ba|z|da)?sh -l?c (['"])([\s\S]*)\1$/
const UNQUOTED_SHELL = /^(?:\/\S*\/)?(?:ba|z|da)?sh -l?c (\S+)$/

/** `undefined` for a line that says nothing of use, or is none of codex's: programs that it starts may print too. */
export function parseLine(line: string): CodexEvent | undefined {
  const entry = parseJson(line)
  switch (entry?.['type']) {
    case 'thread.started':
      return {type: 'thread', id: text(entry['thread_id'])}
    case 'item.started':
    case 'item.updated':
    case 'item.completed':
      return parseItem(toFields(entry['item']) ?? {}, entry['type'] === 'item.completed')
    case 'error':
      return {type: 'notice', text: text(entry['message'])}
    case 'turn.completed':
      return {type: 'completed', total: parseTokens(entry['usage'])}
    case 'turn.failed':
      return {type: 'failed', message: text(toFields(entry['error'])?.['message'])}
    default:
      return undefined
  }
}

function parseItem(item: Fields, isComplete: boolean): CodexEvent | undefined {
  const tool = (name: string, detail: string): CodexEvent => ({type: 'tool', id: text(item['id']), name, detail})
  switch (item['type']) {
    case 'agent_message':
      return isComplete ? {type: 'message', text: text(item['text'])} : undefined
    case 'error':
      return {type: 'notice', text: text(item['message'])}
    case 'command_execution':
      return tool('command', unwrap(text(item['command'])))
    case 'file_change':
      return tool('edit', changedPaths(item['changes']))
    case 'mcp_tool_call':
      return tool(`${text(item['server'])}.${text(item['tool'])}`, JSON.stringify(item['arguments'] ?? {}))
    case 'web_search':
      return tool('web-search', text(item['query']))
    case 'collab_tool_call':
      return tool('sub-agent', text(item['tool']))
    default:
      return undefined
  }
}

function unwrap(command: string): string {
  const [, quote, quoted] = SHELL.exec(command) ?? []
  if (quoted === undefined) return UNQUOTED_SHELL.exec(command)?.[1] ?? command
  return quote === '"' ? quoted.replaceAll(/\\(["\\$`])/g, '$1') : quoted
}

function changedPaths(changes: unknown): string {
  const paths = Array.isArray(changes) ? changes.map((change: unknown) => text(toFields(change)?.['path'])) : []
  return paths.join(', ')
}

function parseJson(line: string): Fields | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return toFields(JSON.parse(line))
  } catch {
    return undefined
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
