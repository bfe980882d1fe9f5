/** @type {import('conduct-cli/plugin').AgentBackend} */
export const backend = {
  name: 'shell',
  contract: 1,

  async probe({options, which}) {
    const program = readProgram(options)
    if (program === undefined) {
      return {ok: false, problem: '`agents.backends.shell.program` is not set.', hint: 'Write it so: {"shell": {"program": "my-agent"}}'}
    }
    if ((await which(program)) !== undefined) return {ok: true}
    return {ok: false, problem: `The program ${program} is not on PATH.`, hint: `Install ${program}.`}
  },

  async run({options, prompt}, {spawn, emit}) {
    const program = readProgram(options)
    if (program === undefined) return {status: 'failed', retryable: false, cause: '`agents.backends.shell.program` is not set.'}
    const result = await spawn([program], {input: prompt, onLine: (line) => report(line, emit)})
    return toOutcome(program, result)
  },
}

/** The program to start: `agents.backends.shell.program`. @param {unknown} options */
function readProgram(options) {
  const program = typeof options === 'object' && options !== null && 'program' in options ? options.program : undefined
  return typeof program === 'string' && program !== '' ? program : undefined
}

/**
 * A line `usage TOKENS USD` tells what the attempt has used so far; any other is what the agent says.
 *
 * @param {string} line @param {import('conduct-cli/plugin').AgentTools['emit']} emit
 */
function report(line, emit) {
  const [, tokens, usd] = /^usage (\d+) ([\d.]+)$/.exec(line) ?? []
  if (tokens === undefined) emit({type: 'text', text: line})
  else emit({type: 'usage', usage: {tokens: Number(tokens), usd: Number(usd)}})
}

/**
 * @param {string} program @param {import('conduct-cli/plugin').SpawnResult} result
 * @returns {import('conduct-cli/plugin').AgentOutcome}
 */
function toOutcome(program, {exitCode, stderr, error}) {
  if (error !== undefined) return {status: 'failed', retryable: false, cause: `Cannot start ${program}: ${error}`}
  if (exitCode === 0) return {status: 'finished'}
  const [, seconds] = /retry in (\d+) s/.exec(stderr) ?? []
  if (seconds !== undefined) return {status: 'rate-limited', retryAfterMs: Number(seconds) * 1000}
  return {status: 'failed', retryable: true, cause: `${program} ended with exit code ${exitCode}: ${stderr.slice(-500)}`}
}

/** @param {import('conduct-cli/plugin').RegisterOptions} options */
export default async function register({addAgent}) {
  addAgent(backend)
}
