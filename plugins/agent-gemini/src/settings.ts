import {toFields, type Fields} from '@conduct-cli/json-fields'
import type {AgentRequest} from 'conduct-cli/plugin'
import type {Login} from './login.ts'

export interface SettingsInput {
  /** The person's own. */
  readonly person: Fields
  /** `agents.backends.gemini.settings`. */
  readonly configured: Fields
  readonly request: Pick<AgentRequest, 'mcpServers' | 'limits' | 'permissions'>
  readonly login: Login | undefined
}

/** Ten, its default, take minutes in which it says nothing; longer waits are ours. */
const ATTEMPTS = 3
/** Of settings: programs that would be started besides, and rules that are not those of the attempt. */
const LEFT_OUT = new Set(['mcpServers', 'mcp', 'policyPaths', 'adminPolicyPaths', 'ide'])

/** The settings of one attempt: the person's, what the configuration says, and then what has to be. */
export function attemptSettings({person, configured, request, login}: SettingsInput): Fields {
  const allowed = (settings: Fields) => Object.fromEntries(Object.entries(settings).filter(([key]) => !LEFT_OUT.has(key)))
  const {mcpServers = {}, limits, permissions} = request
  return [
    {general: {maxAttempts: ATTEMPTS}},
    allowed(person),
    allowed(configured),
    QUIET,
    {model: {maxSessionTurns: limits.turns}, mcpServers},
    permissions === 'full' ? {} : SHUT_IN,
    login === undefined ? {} : {security: {auth: {selectedType: login}}},
  ].reduce<Fields>(merge, {})
}

/** Its tools write in each folder that is included. */
const SHUT_IN: Fields = {context: {includeDirectories: []}}

/**
 * Gemini tells nobody what it does and looks for no update. Whether a tree is trusted is said by a variable; a `.env` of the tree
 * never counts. An `@` in a prompt, which is a file for gemini, does not make it look through the whole tree.
 */
const QUIET: Fields = {
  general: {enableAutoUpdate: false, enableAutoUpdateNotification: false, checkpointing: {enabled: false}},
  privacy: {usageStatisticsEnabled: false},
  telemetry: {enabled: false},
  security: {folderTrust: {enabled: false}},
  advanced: {ignoreLocalEnv: true},
  context: {fileFiltering: {enableRecursiveFileSearch: false}},
}

/** Objects are merged, anything else is replaced. */
export function merge(one: Fields, other: Fields): Fields {
  const merged = Object.entries(other).map(([key, value]) => {
    const [before, after] = [toFields(one[key]), toFields(value)]
    return [key, before && after ? merge(before, after) : value] as const
  })
  return {...one, ...Object.fromEntries(merged)}
}
