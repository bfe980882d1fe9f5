import {toFields, toList, toText, type Fields} from '@conduct-cli/json-fields'
import type {Permissions} from 'conduct-cli/plugin'
import type {Modes} from './options.ts'

/** What an agent lets be chosen for a session, and how: by a method of its own, or as one of its settings. */
export interface Choice {
  readonly current: string | undefined
  readonly ids: readonly string[]
  /** The request that chooses `id`. */
  request(sessionId: string, id: string): {readonly method: string; readonly params: object}
}

/** @param session the answer to `session/new`, `session/load` or `session/resume` */
export function modesOf(session: Fields): Choice | undefined {
  const modes = toFields(session['modes'])
  const setting = settingOf(session, 'mode')
  if (modes === undefined || setting !== undefined) return setting
  return {
    current: toText(modes['currentModeId']),
    ids: textsIn(toList(modes['availableModes']), 'id'),
    request: (sessionId, modeId) => ({method: 'session/set_mode', params: {sessionId, modeId}}),
  }
}

/** @param session as above; `models` is older than the settings, and was never part of the stable protocol */
export function modelsOf(session: Fields): Choice | undefined {
  const models = toFields(session['models'])
  const setting = settingOf(session, 'model')
  if (models === undefined || setting !== undefined) return setting
  return {
    current: toText(models['currentModelId']),
    ids: textsIn(toList(models['availableModels']), 'modelId'),
    request: (sessionId, modelId) => ({method: 'session/set_model', params: {sessionId, modelId}}),
  }
}

function settingOf(session: Fields, category: string): Choice | undefined {
  const setting = toList(session['configOptions']).find((each) => each['category'] === category && each['type'] === 'select')
  const configId = toText(setting?.['id'])
  if (setting === undefined || configId === undefined) return undefined
  const options = toList(setting['options'])
  // They may stand in groups.
  const ids = [...options, ...options.flatMap((group) => toList(group['options']))]
  return {
    current: toText(setting['currentValue']),
    ids: textsIn(ids, 'value'),
    request: (sessionId, value) => ({method: 'session/set_config_option', params: {sessionId, configId, value}}),
  }
}

/** What agents call the mode in which they ask nobody. */
const FREE = ['bypassPermissions', 'yolo', 'agent-full-access', 'full-access']

/** Modes that were seen to keep to what they say, by the name of the agent. A `plan` of others runs commands that write. */
const KEPT: Readonly<Record<string, Modes>> = {
  // Asks before it does more than read; conduct answers.
  'gemini-cli': {edit: 'default', read: 'plan'},
  '@agentclientprotocol/codex-acp': {read: 'read-only'},
}

/** The mode to work in: what the configuration says, or one that is known; `undefined` when there is none. */
export function chooseMode(agent: string, permissions: Permissions, {configured, offered}: ModeChoice): string | undefined {
  const known = permissions === 'full' ? FREE.find((id) => offered.includes(id)) : KEPT[agent]?.[permissions]
  return configured[permissions] ?? known
}

export interface ModeChoice {
  readonly configured: Modes
  /** Ids of all modes that the agent has. */
  readonly offered: readonly string[]
}

function textsIn(list: readonly Fields[], key: string): readonly string[] {
  return list.map((fields) => toText(fields[key])).filter((text) => text !== undefined)
}
