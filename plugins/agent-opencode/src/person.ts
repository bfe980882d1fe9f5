import {readFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import path from 'node:path'
import {parseLine} from '@conduct-cli/json-fields'
import {opencodeFolder} from './home.ts'
import type {Variables} from './settings.ts'

const NAMES = ['config.json', 'opencode.json', 'opencode.jsonc']
/** Also of providers that opencode knows and conduct has never heard of. */
const KEY = /_(?:API_KEY|TOKEN)$|^AWS_|^GOOGLE_APPLICATION_CREDENTIALS$/

/** Whether there is a key, a login, or a provider in the settings that may need none. @param cwd of the project */
export async function canLogIn(env: Variables, cwd: string): Promise<boolean> {
  if (Object.entries(env).some(([name, value]) => KEY.test(name) && value !== '')) return true
  const logins = await readText(path.join(opencodeFolder(env, 'data'), 'auth.json'))
  if (Object.keys(parseLine(logins.replaceAll(/\s+/g, ' ').trim()) ?? {}).length > 0) return true
  return (await readSettings(env, cwd)).some((text) => text.includes('"provider"'))
}

/** The text of each file of settings that opencode would read. */
async function readSettings(env: Variables, cwd: string): Promise<readonly string[]> {
  const home = env['HOME'] ?? homedir()
  const folders = [
    opencodeFolder(env, 'config'),
    ...[cwd, home].flatMap((folder) => [folder, path.join(folder, '.opencode')]),
    ...(env['OPENCODE_CONFIG_DIR'] ? [env['OPENCODE_CONFIG_DIR']] : []),
  ]
  const files = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name)))
  const all = [...files, ...(env['OPENCODE_CONFIG'] ? [env['OPENCODE_CONFIG']] : [])]
  return [env['OPENCODE_CONFIG_CONTENT'] ?? '', ...(await Promise.all(all.map(readText)))]
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}
