/** `agents.backends.command` of the config, checked. */
export type ParsedOptions =
  | {readonly ok: true; readonly run: readonly [string, ...string[]]}
  | {readonly ok: false; readonly problem: string; readonly hint: string}

const EXAMPLE = 'Write it so: "backends": {"command": {"run": ["node", "agent.mjs"]}}'

/** Says what is wrong with the options, in words a person can act on. */
export function parseOptions(options: unknown): ParsedOptions {
  const at = '`agents.backends.command'
  if (options === undefined) return refuse(`${at}.run\` is not set: the backend \`command\` does not know what to run.`)
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return refuse(`${at}\` must be an object.`)
  const unknown = Object.keys(options).filter((key) => key !== 'run')
  if (unknown.length > 0) return refuse(`${at}\` knows the key \`run\` only, not ${unknown.map((key) => `\`${key}\``).join(', ')}.`)
  const run: unknown = 'run' in options ? options.run : undefined
  if (typeof run === 'string')
    return refuse(`${at}.run\` must be a list of the program and its arguments, not one string: no shell reads it.`)
  if (!Array.isArray(run) || !run.every((part) => typeof part === 'string')) return refuse(`${at}.run\` must be a list of strings.`)
  const [program, ...args] = run
  if (program === undefined || program.trim() === '') return refuse(`${at}.run\` must begin with a program.`)
  if (run.some((part) => part.includes('\0'))) return refuse(`${at}.run\` holds a NUL character, which no argument can.`)
  return {ok: true, run: [program, ...args]}
}

function refuse(problem: string): ParsedOptions {
  return {ok: false, problem, hint: EXAMPLE}
}
