import path from 'node:path'
import type {AgentHome, HomeInput} from 'conduct-cli/plugin'
import {parseOptions} from './options.ts'
import {geminiFolder} from './person.ts'

/** What gemini would obey the next time, in a session of the person too. */
const KEPT = [
  'settings.json',
  '.env',
  'GEMINI.md',
  'trustedFolders.json',
  'agents',
  'commands',
  'extensions',
  'hooks',
  'policies',
  'skills',
]

/** Where gemini keeps its login and its sessions. */
export function home({options, cwd, env}: HomeInput): AgentHome {
  const parsed = parseOptions(options)
  if (!parsed.ok) return {write: []}
  const folder = geminiFolder(parsed.options, cwd, env)
  return {write: [folder], keep: KEPT.map((name) => path.join(folder, name))}
}
