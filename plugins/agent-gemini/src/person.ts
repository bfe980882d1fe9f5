import {readFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import path from 'node:path'
import {parseEnv} from 'node:util'
import {toFields, type Fields} from '@conduct-cli/json-fields'
import type {GeminiOptions} from './options.ts'

export type Variables = Readonly<Record<string, string>>

/** What the person has set up for gemini. */
export interface Person {
  /** The person's `.gemini`: login, settings, sessions. */
  readonly folder: string
  readonly settings: Fields
  /** Variables of the person's own `.env`, which gemini reads where nothing else has them. */
  readonly env: Variables
}

export type ReadPerson = {readonly ok: true; readonly person: Person} | {readonly ok: false; readonly problem: string}

/** Where gemini keeps its things by itself. @param env of the agent */
export function geminiFolder({home}: GeminiOptions, projectDir: string, env: Variables): string {
  const configured = home === undefined ? env.GEMINI_CLI_HOME : path.resolve(projectDir, home)
  return path.join(configured || env.HOME || homedir(), '.gemini')
}

/** Reads what is there; nothing has to be. */
export async function readPerson(folder: string): Promise<ReadPerson> {
  const file = path.join(folder, 'settings.json')
  const settings = parseSettings(await readText(file))
  if (!settings) return {ok: false, problem: `${file} is no valid JSON.`}
  const own = await readText(path.join(folder, '.env'))
  return {ok: true, person: {folder, settings, env: parseVariables(own || (await readText(path.join(folder, '../.env'))))}}
}

/** A `settings.json`, which may have comments; `{}` for an empty one, `undefined` for what gemini would refuse. */
export function parseSettings(text: string): Fields | undefined {
  if (text.trim() === '') return {}
  try {
    return toFields(JSON.parse(text.replaceAll(STRING_OR_COMMENT, '$1')))
  } catch {
    return undefined
  }
}

const STRING_OR_COMMENT = /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g

function parseVariables(text: string): Variables {
  const entries = Object.entries(parseEnv(text))
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}
