import {statSync} from 'node:fs'
import path from 'node:path'

/** Programs whose first argument is the program that a person means: `node agent.mjs`. */
const INTERPRETERS = new Set(['node', 'deno', 'bun', 'tsx', 'python', 'python3', 'ruby', 'perl', 'bash', 'sh'])
/** `deno run agent.ts`. */
const SUBCOMMAND = 'run'

/**
 * The argument array with the person's own program in it. What is named by a path is meant from the project: a copy of it
 * in the worktree is not there when it is not committed, and could be rewritten by the agent when it is.
 */
export function locateProgram([program, ...args]: readonly [string, ...string[]], projectDir: string): readonly string[] {
  if (program.includes('/')) return [path.resolve(projectDir, program), ...args]
  if (!INTERPRETERS.has(program)) return [program, ...args]
  const script = args.findIndex((argument) => !argument.startsWith('-') && argument !== SUBCOMMAND)
  return [program, ...args.map((argument, index) => (index === script ? locateScript(argument, projectDir) : argument))]
}

function locateScript(script: string, projectDir: string): string {
  const place = path.resolve(projectDir, script)
  return statSync(place, {throwIfNoEntry: false})?.isFile() ? place : script
}
