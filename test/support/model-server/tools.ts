import type {Action, Arguments, ToolCall} from './scenario.ts'

/** The tools that write a file, by name, and what each wants to hear. */
const WRITERS: Readonly<Record<string, (file: string, content: string) => Arguments>> = {
  Write: (file, content) => ({file_path: file, content}),
  write_file: (file, content) => ({file_path: file, content}),
  write: (file, content) => ({filePath: file, path: file, content}),
  create: (file, content) => ({path: file, file_text: content}),
}

/** The tools that run a command. */
const SHELLS: Readonly<Record<string, (command: string) => Arguments>> = {
  Bash: (command) => ({command, description: 'run'}),
  run_shell_command: (command) => ({command, description: 'run'}),
  bash: (command) => ({command, description: 'run'}),
  exec_command: (command) => ({cmd: command}),
  shell_command: (command) => ({command}),
  shell: (command) => ({command: ['bash', '-lc', command]}),
}

/** Tools of one who may only read. */
const READERS = new Set(['Read', 'read_file', 'read'])

/** Whether a request is part of the work: titles and summaries are asked for without tools. */
export function canWork(tools: readonly string[]): boolean {
  return tools.some((tool) => tool in WRITERS || tool in SHELLS || READERS.has(tool))
}

/** An action as a call of a tool that is offered; one that is not offered is called all the same, and the agent refuses it. */
export function toToolCall(action: Action, tools: readonly string[], resolve: (file: string) => string): ToolCall {
  if ('call' in action) return action.call
  if ('shell' in action) return runCommand(action.shell, tools)
  if ('mcp' in action) {
    const {server, tool, args = {}} = action.mcp
    const offered = tools.find((name) => name.includes(server) && name.endsWith(tool))
    return {name: offered ?? `mcp__${server}__${tool}`, args}
  }
  const {path, content} = action.write
  const name = tools.find((tool) => tool in WRITERS)
  const args = name === undefined ? undefined : WRITERS[name]?.(resolve(path), content)
  if (name !== undefined && args) return {name, args}
  return runCommand(`printf %s ${quote(content)} > ${quote(resolve(path))}`, tools)
}

function runCommand(command: string, tools: readonly string[]): ToolCall {
  const name = tools.find((tool) => tool in SHELLS) ?? 'Bash'
  return {name, args: SHELLS[name]?.(command) ?? {}}
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
