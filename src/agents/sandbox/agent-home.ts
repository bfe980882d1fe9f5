import path from 'node:path'
import type {AgentBackend, AgentHome, HomeInput} from '../agent.ts'
import {ConductError} from '../../errors.ts'

/**
 * What a backend says that its agent must be able to write. Checked, since it opens a wall.
 *
 * @throws {ConductError} `PLUGIN_BROKEN`
 */
export async function askHome(backend: AgentBackend, input: HomeInput): Promise<AgentHome> {
  const home: unknown = (await backend.home?.(input)) ?? {write: []}
  if (isHome(home)) return home
  throw new ConductError('PLUGIN_BROKEN', `The agent backend ${backend.name} names a home that is no list of absolute paths.`, [
    'Tell the author of its plugin.',
  ])
}

function isHome(home: unknown): home is AgentHome {
  if (typeof home !== 'object' || home === null) return false
  const {write, keep = []} = home as Readonly<Record<string, unknown>> // any object has string keys
  return [write, keep].every((paths) => Array.isArray(paths) && paths.every(isPlace))
}

function isPlace(place: unknown): boolean {
  return typeof place === 'string' && path.isAbsolute(place) && !place.includes('\0') && path.resolve(place) !== path.parse(place).root
}
