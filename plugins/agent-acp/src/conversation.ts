import {methods, PROTOCOL_VERSION, RequestError} from '@agentclientprotocol/sdk'
import {toFields, toList, toText, type Fields} from '@conduct-cli/json-fields'
import type {AgentRequest} from 'conduct-cli/plugin'
import own from '../package.json' with {type: 'json'}
import type {Connection} from './connection.ts'
import type {AcpOptions} from './options.ts'
import {parseSession, type Session} from './session.ts'
import {chooseMode, modelsOf, modesOf, type Choice} from './settings.ts'

/** Why a conversation cannot go on, in words; trying again does not help. */
export class Refusal extends Error {}

/** What an agent says of itself. */
export interface Greeting {
  readonly name: string
  readonly version?: string
  /** Ids of the ways to log in. */
  readonly logins: readonly string[]
  readonly capabilities: Fields
}

type Ask = (method: string, params: object) => Promise<Fields>

/** Asks the agent, and takes whatever it answers for what it can be. */
export function asker({agent}: Connection): Ask {
  return async (method, params) => toFields(await agent.request<unknown, object>(method, params)) ?? {}
}

/** @throws {Refusal} for another version of the protocol @throws {RequestError} */
export async function greet(ask: Ask): Promise<Greeting> {
  const answer = await ask(methods.agent.initialize, {
    protocolVersion: PROTOCOL_VERSION,
    // What it reads, writes and runs it does by itself, within the limits and the sandbox of the attempt.
    clientCapabilities: {fs: {readTextFile: false, writeTextFile: false}, terminal: false},
    clientInfo: {name: 'conduct', version: own.version},
  })
  const {protocolVersion} = answer
  if (protocolVersion !== PROTOCOL_VERSION) {
    throw new Refusal(`it speaks version ${String(protocolVersion)} of the Agent Client Protocol, conduct version ${PROTOCOL_VERSION}.`)
  }
  const info = toFields(answer['agentInfo']) ?? {}
  const version = toText(info['version'])
  return {
    name: toText(info['name']) ?? 'The agent',
    ...(version === undefined ? {} : {version}),
    logins: toList(answer['authMethods'])
      .map(({id}) => toText(id))
      .filter((id) => id !== undefined),
    capabilities: toFields(answer['agentCapabilities']) ?? {},
  }
}

/** A session, and what the agent said of it. */
export interface OpenSession extends Session {
  readonly told: Fields
}

/** Takes up the session of the request where the agent still has it, else begins a new one. @throws {RequestError} */
export async function openSession(ask: Ask, {capabilities}: Greeting, request: AgentRequest): Promise<OpenSession> {
  const params = {cwd: request.cwd, mcpServers: serversOf(request)}
  const known = parseSession(request.session)
  const method = known && methodToResume(capabilities)
  if (known && method !== undefined) {
    try {
      return {...known, told: await ask(method, {sessionId: known.id, ...params})}
    } catch (error) {
      // It is gone, or cannot be read. The prompt says all that is needed to begin anew.
      if (!(error instanceof RequestError)) throw error
    }
  }
  const told = await ask(methods.agent.session.new, params)
  const id = toText(told['sessionId'])
  if (id === undefined) throw new Refusal('it began a session without a name.')
  return {id, usd: 0, told}
}

/** Without a replay of what was said, if the agent can. */
function methodToResume(capabilities: Fields): string | undefined {
  const isTrue = (value: unknown) => value !== undefined && value !== null && value !== false
  if (isTrue(toFields(capabilities['sessionCapabilities'])?.['resume'])) return methods.agent.session.resume
  return isTrue(capabilities['loadSession']) ? methods.agent.session.load : undefined
}

function serversOf({mcpServers = {}}: AgentRequest): readonly object[] {
  return Object.entries(mcpServers).map(([name, {command, args, env = {}}]) => ({
    name,
    command,
    args,
    env: Object.entries(env).map(([variable, value]) => ({name: variable, value})),
  }))
}

/**
 * Sets the mode that the permissions ask for, and the model of the request.
 *
 * @returns the model that will be used, if the agent tells
 * @throws {Refusal} when the agent offers none that fits @throws {RequestError}
 */
export async function settle(
  ask: Ask,
  {name}: Greeting,
  {id, told}: OpenSession,
  {permissions, model, modes}: Pick<AgentRequest, 'permissions' | 'model'> & Pick<AcpOptions, 'modes'>,
): Promise<string | undefined> {
  const choose = async (choice: Choice | undefined, wanted: string, what: string) => {
    if (choice?.current === wanted) return
    if (!choice?.ids.includes(wanted)) throw new Refusal(`it has no ${what} ${wanted}; ${offer(choice?.ids ?? [], what)}`)
    const {method, params} = choice.request(id, wanted)
    await ask(method, params)
  }
  const [offeredModes, offeredModels] = [modesOf(told), modelsOf(told)]
  const offered = offeredModes?.ids ?? []
  const mode = chooseMode(name, permissions, {configured: modes, offered})
  if (mode !== undefined) await choose(offeredModes, mode, 'mode')
  else if (permissions !== 'full') throw new Refusal(unkept(permissions, offered))
  if (model !== undefined) await choose(offeredModels, model, 'model')
  return model ?? offeredModels?.current
}

function offer(ids: readonly string[], what: string): string {
  return ids.length === 0 ? `it lets no ${what} be chosen.` : `it has: ${ids.join(', ')}.`
}

function unkept(permissions: string, offered: readonly string[]): string {
  const hint = `Name one that does: \`agents.backends.acp.mode\`: {"${permissions}": "…"}.`
  return `conduct knows no mode of it that keeps to \`permissions: "${permissions}"\`; ${offer(offered, 'mode')} ${hint}`
}

/** Has the agent work on the prompt, until it says that its turn is over. @throws {RequestError} */
export function work(ask: Ask, sessionId: string, {prompt}: Pick<AgentRequest, 'prompt'>): Promise<Fields> {
  return ask(methods.agent.session.prompt, {sessionId, prompt: [{type: 'text', text: prompt}]})
}

/** Logs in, in the way that the configuration names. @throws {RequestError} */
export async function logIn(ask: Ask, {login}: AcpOptions): Promise<void> {
  if (login !== undefined) await ask(methods.agent.authenticate, {methodId: login})
}
