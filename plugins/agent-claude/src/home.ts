import {homedir} from 'node:os'
import path from 'node:path'
import type {AgentHome, HomeInput} from 'conduct-cli/plugin'
import {claudeEnvironment} from './environment.ts'
import {parseOptions} from './options.ts'

/** What Claude Code would obey the next time, in a session of the person too. */
const KEPT = [
  'settings.json',
  'settings.local.json',
  'CLAUDE.md',
  'agents',
  'commands',
  'hooks',
  'output-styles',
  'plugins',
  'rules',
  'skills',
]

/** Where Claude Code keeps its login, its sessions and its notes. */
export function home({options, cwd, env}: HomeInput): AgentHome {
  const parsed = parseOptions(options)
  const own = parsed.ok ? claudeEnvironment(parsed.options, {env, projectDir: cwd, isRoot: false}) : {}
  const {CLAUDE_CONFIG_DIR: configured} = {...env, ...own}
  const folder = configured ? path.resolve(cwd, configured) : path.join(env.HOME ?? homedir(), '.claude')
  return {write: [folder], keep: KEPT.map((name) => path.join(folder, name))}
}
