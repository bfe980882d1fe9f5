/** `agents.backends.replay` of the config, checked. */
export type ParsedOptions =
  | {readonly ok: true; readonly dir: string; readonly speed?: number}
  | {readonly ok: false; readonly problem: string; readonly hint: string}

const EXAMPLE = 'Write it so: "backends": {"replay": {"dir": "recordings"}}'

/** Says what is wrong with the options, in words a person can act on. */
export function parseOptions(options: unknown): ParsedOptions {
  const at = '`agents.backends.replay'
  if (options === undefined) return refuse(`${at}.dir\` is not set: the backend \`replay\` does not know what to play.`)
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return refuse(`${at}\` must be an object.`)
  const unknown = Object.keys(options).filter((key) => key !== 'dir' && key !== 'speed')
  if (unknown.length > 0) {
    return refuse(`${at}\` knows the keys \`dir\` and \`speed\` only, not ${unknown.map((key) => `\`${key}\``).join(', ')}.`)
  }
  const {dir, speed} = options as {readonly dir?: unknown; readonly speed?: unknown} // an object; its values are checked here
  if (typeof dir !== 'string' || dir === '') return refuse(`${at}.dir\` must be the path of a folder, relative to the repository.`)
  if (speed === undefined) return {ok: true, dir}
  if (typeof speed !== 'number' || !(speed > 0))
    return refuse(`${at}.speed\` must be a number above 0: 1 plays as fast as it was, 10 ten times faster.`)
  return {ok: true, dir, speed}
}

function refuse(problem: string): ParsedOptions {
  return {ok: false, problem, hint: EXAMPLE}
}
