import path from 'node:path'
import type {AgentHome, HomeInput} from 'conduct-cli/plugin'
import {parseOptions} from './options.ts'
import {codexHome} from './program.ts'

/** What codex would obey the next time, in a session of the person too. */
const KEPT = ['config.toml', 'AGENTS.md', 'AGENTS.override.md', 'hooks.json', 'prompts', 'rules', 'skills']

/** Where codex keeps its login, its threads and its logs. */
export function home({options, cwd, env}: HomeInput): AgentHome {
  const parsed = parseOptions(options)
  if (!parsed.ok) return {write: []}
  const folder = path.resolve(codexHome(parsed.options, cwd, env))
  return {write: [folder], keep: KEPT.map((name) => path.join(folder, name))}
}
