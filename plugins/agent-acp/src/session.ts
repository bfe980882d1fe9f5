import {parseLine, toAmount, toText} from '@conduct-cli/json-fields'

/** A session of the agent, and what it had cost when conduct last heard of it: agents tell the sum of all its turns. */
export interface Session {
  readonly id: string
  readonly usd: number
}

/** A backend keeps nothing between attempts, so what a session has cost before goes with its name. */
export function formatSession({id, usd}: Session): string {
  return JSON.stringify({id, usd})
}

/** `undefined` for what names no session: a new one is begun then. */
export function parseSession(text: string | undefined): Session | undefined {
  const fields = parseLine(text ?? '')
  const id = toText(fields?.['id'])
  return id === undefined ? undefined : {id, usd: toAmount(fields?.['usd'])}
}
