import {homedir} from 'node:os'
import path from 'node:path'
import type {CodexOptions} from './options.ts'

/** A program named by a path is meant from the project, not from the worktree, where an agent could have written it. */
export function locateProgram({program}: CodexOptions, projectDir: string): string {
  return program.includes('/') ? path.resolve(projectDir, program) : program
}

/** Variables that codex gets besides those of every agent. The person's own home of codex is left as it is unless configured. */
export function homeVariables({home}: CodexOptions, projectDir: string): Readonly<Record<string, string>> {
  return home === undefined ? {} : {CODEX_HOME: path.resolve(projectDir, home)}
}

/** Where codex keeps its login, settings and threads. @param env of the agent */
export function codexHome(options: CodexOptions, projectDir: string, env: Readonly<Record<string, string>>): string {
  const {CODEX_HOME: home} = {...env, ...homeVariables(options, projectDir)}
  return home === undefined || home === '' ? path.join(env['HOME'] ?? homedir(), '.codex') : home
}
