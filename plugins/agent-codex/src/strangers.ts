import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {toFields} from './tokens.ts'

/**
 * Names of the MCP servers in the person's own settings, where conduct itself may be one, and in those of the project,
 * where an agent may have written them.
 *
 * @param folders where a `config.toml` may lie @param list runs `codex mcp list --json`, for what is printed; where there are any
 */
export async function readStrangers(folders: readonly string[], list: () => Promise<string>): Promise<readonly string[]> {
  const settings = await Promise.all([...folders, '/etc/codex'].map((folder) => readText(path.join(folder, 'config.toml'))))
  if (!settings.some((text) => text.includes('mcp_servers'))) return []
  return parseServers(await list())
}

/** Names in what `codex mcp list --json` prints. */
export function parseServers(text: string): readonly string[] {
  try {
    const servers: unknown = JSON.parse(text)
    if (!Array.isArray(servers)) return []
    return servers.map((server: unknown) => toFields(server)?.['name']).filter((name) => typeof name === 'string')
  } catch {
    return []
  }
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}
