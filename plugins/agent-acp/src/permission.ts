import {realpath} from 'node:fs/promises'
import path from 'node:path'
import type {RequestPermissionResponse} from '@agentclientprotocol/sdk'
import {toFields, toList, toText, type Fields} from '@conduct-cli/json-fields'
import type {AgentRequest} from 'conduct-cli/plugin'

const READING = new Set(['read', 'search', 'think'])
const WRITING = new Set(['edit', 'delete', 'move'])

/** What the agent asks leave for. @param params of `session/request_permission` */
export function toolCallOf(params: unknown): Fields {
  return toFields(toFields(params)?.['toolCall']) ?? {}
}

type Bounds = Pick<AgentRequest, 'permissions' | 'cwd' | 'mcpServers'>

/** Whether `permissions` of the request let the agent do it, as far as the protocol tells what it is. */
export async function isAllowed(toolCall: Fields, {permissions, cwd, mcpServers = {}}: Bounds): Promise<boolean> {
  const kind = toText(toolCall['kind']) ?? 'other'
  if (permissions === 'full' || READING.has(kind)) return true
  if (kind === 'other' && isOfServer(toolCall, Object.keys(mcpServers))) return true
  if (permissions === 'read' || !WRITING.has(kind)) return false
  const places = toList(toolCall['locations']).map(({path: place}) => toText(place))
  const inside = await Promise.all(places.map((place) => place !== undefined && isWithin(cwd, place)))
  return inside.length > 0 && !inside.includes(false)
}

/** The answer, out of those that the agent offers: for this once, if it can be. @param params as above */
export function answer(params: unknown, isAllowed: boolean): RequestPermissionResponse {
  const offered = toList(toFields(params)?.['options'])
  const verb = isAllowed ? 'allow' : 'reject'
  const pick = (kind: string) => toText(offered.find((option) => option['kind'] === kind)?.['optionId'])
  const optionId = pick(`${verb}_once`) ?? pick(`${verb}_always`)
  return {outcome: optionId === undefined ? {outcome: 'cancelled'} : {outcome: 'selected', optionId}}
}

/** Agents put the server into the name of a tool, and the name into the id of the call; the title may be the model's own words. */
function isOfServer(toolCall: Fields, servers: readonly string[]): boolean {
  const names = [toText(toolCall['name']), toText(toolCall['toolCallId'])].filter((name) => name !== undefined)
  return servers.some((server) => names.some((name) => name.startsWith(`mcp_${server}_`) || name.startsWith(`mcp__${server}__`)))
}

/** Links are followed: one in the worktree may point out of it. */
async function isWithin(folder: string, place: string): Promise<boolean> {
  const [root, found] = await Promise.all([realpath(folder), resolveLinks(path.resolve(folder, place))])
  const relative = path.relative(root, found)
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)
}

/** Of a file that does not exist yet, the folders that do. A link to nowhere resolves to itself, and stays where it is. */
async function resolveLinks(file: string): Promise<string> {
  try {
    return await realpath(file)
  } catch {
    const parent = path.dirname(file)
    return parent === file ? file : path.join(await resolveLinks(parent), path.basename(file))
  }
}
