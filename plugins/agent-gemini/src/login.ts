import {toFields, toText} from '@conduct-cli/json-fields'
import type {Person, Variables} from './person.ts'

/** How gemini logs in, by its own names. */
export type Login = 'oauth-personal' | 'gemini-api-key' | 'vertex-ai' | (string & {})

/**
 * What the person chose in gemini, else what the variables allow. Gemini itself guesses as well, but takes the address of
 * another server for a kind of login that it then refuses. `undefined` when there is nothing to log in with.
 *
 * @param hasAccount whether the login of a Google account lies in the person's folder
 */
export function chooseLogin({settings}: Pick<Person, 'settings'>, env: Variables, hasAccount: boolean): Login | undefined {
  const chosen = toText(toFields(toFields(settings.security)?.auth)?.selectedType)
  if (chosen !== undefined && (chosen !== ACCOUNT || hasAccount || env.GEMINI_FORCE_ENCRYPTED_FILE_STORAGE === 'true')) return chosen
  if (env.GOOGLE_GENAI_USE_GCA === 'true') return ACCOUNT
  if (env.GOOGLE_GENAI_USE_VERTEXAI === 'true') return canUseVertex(env) ? VERTEX : undefined
  if (has(env.GEMINI_API_KEY)) return 'gemini-api-key'
  if (has(env.GOOGLE_API_KEY)) return VERTEX
  if (hasAccount) return ACCOUNT
  return env.GEMINI_CLI_USE_COMPUTE_ADC === 'true' ? 'compute-default-credentials' : undefined
}

const ACCOUNT = 'oauth-personal'
const VERTEX = 'vertex-ai'

function canUseVertex({GOOGLE_CLOUD_PROJECT, GOOGLE_CLOUD_LOCATION, GOOGLE_API_KEY}: Variables): boolean {
  return has(GOOGLE_API_KEY) || (has(GOOGLE_CLOUD_PROJECT) && has(GOOGLE_CLOUD_LOCATION))
}

function has(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}
