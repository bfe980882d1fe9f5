import {writeFile} from 'node:fs/promises'
import path from 'node:path'

/** What an agent does when a request comes: lines of shell, in which `say` sends a message. */
export interface Script {
  readonly initialize?: string
  /** Of `session/new`, `session/load` and `session/resume`. */
  readonly session?: string
  readonly prompt?: string
  /** Of everything else; without it, the answer is empty. */
  readonly other?: string
}

export const SESSION = 's-1'

/**
 * An agent in shell, which starts in no time and runs wherever the tests do. It keeps what it is told in `told.txt` of its working
 * directory. In the lines of a script `$id` is the id of the request, and `$message` all of it.
 */
export async function scriptedAgent(folder: string, script: Script): Promise<{readonly command: readonly [string]}> {
  const {initialize = greet(), session = answer({sessionId: SESSION}), prompt = endTurn(), other = answer({})} = script
  const program = path.join(folder, 'scripted-agent')
  const text = `#!/bin/sh
say() { printf '%s\\n' "$*"; }
while read -r message; do
  printf '%s\\n' "$message" >> told.txt
  id=$(printf '%s' "$message" | sed -n 's/.*"id":\\([0-9]*\\),"method".*/\\1/p')
  case "$message" in
    *'"method":"initialize"'*) ${initialize} ;;
    *'"method":"session/new"'*|*'"method":"session/load"'*|*'"method":"session/resume"'*) ${session} ;;
    *'"method":"session/prompt"'*) ${prompt} ;;
    *'"id":'*'"method":'*) ${other} ;;
  esac
done
`
  await writeFile(program, text, {mode: 0o755})
  return {command: [program]}
}

/** Shell that answers the request. */
export function answer(result: unknown): string {
  return `say "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":$id,\\"result\\":"${quote(result)}"}"`
}

/** Shell that answers with an error. */
export function refuse(code: number, message: string, data?: unknown): string {
  return `say "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":$id,\\"error\\":"${quote({code, message, data})}"}"`
}

/** Shell that answers `initialize`. */
export function greet(more: object = {}): string {
  const agentInfo = {name: 'scripted', version: '1.2.3'}
  return answer({protocolVersion: 1, agentInfo, agentCapabilities: {}, authMethods: [], ...more})
}

/** Shell that ends the turn. */
export function endTurn(more: object = {}): string {
  return answer({stopReason: 'end_turn', ...more})
}

/** Shell that sends an update of the session. */
export function update(fields: object, sessionId = SESSION): string {
  return `say ${quote({jsonrpc: '2.0', method: 'session/update', params: {sessionId, update: fields}})}`
}

/** Shell that sends a piece of what the agent says. */
export function chunk(text: string, sessionId = SESSION): string {
  return update({sessionUpdate: 'agent_message_chunk', content: {type: 'text', text}}, sessionId)
}

/** Shell that asks for leave to use a tool, and reads the answer. */
export function askLeave(toolCall: object): string {
  const options = ['allow_always', 'allow_once', 'reject_once'].map((kind) => ({optionId: `id-${kind}`, name: kind, kind}))
  const params = {sessionId: SESSION, toolCall, options}
  const request = {jsonrpc: '2.0', id: 'leave', method: 'session/request_permission', params}
  return `say ${quote(request)}; read -r leave; printf '%s\\n' "$leave" >> leave.txt`
}

function quote(value: unknown): string {
  return `'${JSON.stringify(value).replaceAll("'", `'\\''`)}'`
}
