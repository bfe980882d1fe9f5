import {mkdir, writeFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import path from 'node:path'
import type {AgentHome, HomeInput} from 'conduct-cli/plugin'
import type {Variables} from './settings.ts'

/** opencode's folders of each kind, as the XDG specification places them. */
export function opencodeFolder(env: Variables, kind: 'config' | 'data' | 'cache' | 'state'): string {
  const [variable, byDefault] = FOLDERS[kind]
  return path.join(env[variable] || path.join(env['HOME'] ?? homedir(), byDefault), 'opencode')
}

const FOLDERS = {
  config: ['XDG_CONFIG_HOME', '.config'],
  data: ['XDG_DATA_HOME', '.local/share'],
  cache: ['XDG_CACHE_HOME', '.cache'],
  state: ['XDG_STATE_HOME', '.local/state'],
} as const

/**
 * Where opencode keeps its login, its sessions and what it fetched. Its settings, agents and plugins are not to be written: it would
 * obey them the next time, in a session of the person too. It dies where it cannot make this file beside them, so it is there.
 */
export async function home({env}: HomeInput): Promise<AgentHome> {
  const config = opencodeFolder(env, 'config')
  await mkdir(config, {recursive: true})
  await writeFile(path.join(config, '.gitignore'), IGNORED.join('\n'), {flag: 'wx'}).catch(() => undefined)
  const write = [config, opencodeFolder(env, 'data'), opencodeFolder(env, 'cache'), opencodeFolder(env, 'state')]
  return {write, keep: [config]}
}

/** What opencode itself writes there. */
const IGNORED = ['node_modules', 'package.json', 'package-lock.json', 'bun.lock', '.gitignore']
