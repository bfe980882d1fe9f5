import {mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {pathToFileURL} from 'node:url'
import type {AgentRequest} from 'conduct-cli/plugin'
import {permissionSettings} from './permissions.ts'
import {NPM_PATIENCE} from './settings.ts'

/** A plugin of opencode for one attempt, in a folder of its own. */
export interface Witness {
  /** For `plugin` in the settings. */
  readonly url: string
  /** For TMPDIR: opencode unpacks libraries there, and leaves them when it is ended. */
  readonly tmp: string
  remove(): Promise<void>
}

/**
 * opencode prints what has ended: no wait for a provider, no tool that runs, nothing of sub-agents. The witness prints these as
 * further lines, of the type `conduct`. It also has the last word on settings: of permissions the last that fits counts, and
 * those of the person may come last, or stand with an agent. What npm was told for the start, commands of the agent do not see.
 */
const source = ({env, permissions, mcpServers = {}}: AgentRequest) => `
const patience = ${JSON.stringify(Object.keys(NPM_PATIENCE).map((name) => [name, env[name] ?? null]))}
const servers = ${JSON.stringify(Object.keys(mcpServers))}
const permission = ${JSON.stringify(permissionSettings(permissions, Object.keys(mcpServers)))}
const settle = (config) => {
  config.permission = permission
  for (const [name, server] of Object.entries(config.mcp ?? {})) if (!servers.includes(name)) server.enabled = false
  if (${permissions === 'full'}) return
  for (const agent of [...Object.values(config.agent ?? {}), ...Object.values(config.mode ?? {})]) {
    delete agent.permission
    delete agent.tools
  }
}
const say = (about, rest) => void process.stdout.write(JSON.stringify({type: 'conduct', about, ...rest}) + '\\n')
const said = new Set()
const once = (key, speak) => {
  if (said.has(key)) return
  said.add(key)
  speak()
}
const readers = {
  'session.status': ({sessionID, status: {type, message, next}}) => type === 'retry' && say('retry', {sessionID, message, next}),
  'message.part.updated': ({part: {type, sessionID, callID, tool, state, tokens, cost}}) => {
    if (type === 'step-start' || type === 'step-finish') say(type, {sessionID, part: {tokens, cost}})
    const call = type === 'tool' && state.status === 'running'
    if (call) once(callID, () => say('tool', {sessionID, part: {callID, tool, state: {input: state.input}}}))
  },
  'message.updated': ({info: {role, sessionID, providerID, modelID}}) => {
    if (role === 'assistant') once(sessionID + modelID, () => say('model', {sessionID, model: providerID + '/' + modelID}))
  },
  // A long answer is a sign of life each second, not each word.
  'message.part.delta': () => once(Math.floor(Date.now() / 1000), () => say('alive')),
}
export const Conduct = async ({client}) => {
  for (const [name, value] of patience) value === null ? delete process.env[name] : (process.env[name] = value)
  const asked = client?._client?.get({url: '/global/health'})
  asked?.then(({data}) => say('version', {version: data.version})).catch(() => {})
  return {config: async (config) => settle(config), event: async ({event}) => readers[event.type]?.(event.properties)}
}
`

/** Writes it. The folder must be removed. */
export async function createWitness(request: AgentRequest): Promise<Witness> {
  const folder = await realpath(await mkdtemp(path.join(request.env['TMPDIR'] || tmpdir(), 'conduct-opencode-')))
  const [file, tmp] = [path.join(folder, 'witness.js'), path.join(folder, 'tmp')]
  await Promise.all([writeFile(file, source(request)), mkdir(tmp)])
  return {url: pathToFileURL(file).href, tmp, remove: () => rm(folder, {recursive: true, force: true, maxRetries: 3})}
}
