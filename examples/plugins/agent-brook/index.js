/** What brook calls each permission. */
const MODES = {read: 'ask', edit: 'edit', full: 'auto'}

/** @type {import('conduct-cli/plugin').AgentBackend} */
export const backend = {
  name: 'brook',
  contract: 1,

  async probe({options, env, exec}) {
    const {exitCode, stdout} = await exec([programOf(options), '--version'])
    if (exitCode !== 0) return {ok: false, problem: `The program ${programOf(options)} does not start.`, hint: 'Install it: npm install --global brook'}
    if (!env.BROOK_KEY) return {ok: false, problem: 'BROOK_KEY is not set.', hint: 'Set it, and add it to `agents.env`.'}
    return {ok: true, version: stdout.trim()}
  },

  home: ({env}) => ({write: [`${env.HOME}/.brook`]}),

  async run({options, prompt, session, model, permissions, mcpServers = {}}, {spawn, emit}) {
    const argv = [programOf(options), '--json', '--mode', MODES[permissions], '--mcp', JSON.stringify(mcpServers)]
    if (model !== undefined) argv.push('--model', model)
    if (session !== undefined) argv.push('--resume', session)
    let end
    const onLine = (line) => {
      const said = parseLine(line)
      if (said.kind === 'end') end = said
      for (const event of toEvents(said)) emit(event)
    }
    const result = await spawn(argv, {input: prompt, isProtocol: true, onLine})
    return toOutcome(result, end)
  },
}

/** `agents.backends.brook.program`, or brook as PATH has it. @param {any} options */
const programOf = (options) => String(options?.program ?? 'brook')

/** A program may print anything between its JSON. @param {string} line */
function parseLine(line) {
  try {
    return Object(JSON.parse(line))
  } catch {
    return {}
  }
}

/** @returns {import('conduct-cli/plugin').AgentEvent[]} */
function toEvents({kind, id, version, model, text, name, detail, read, cached, written}) {
  if (kind === 'start') return [{type: 'session', id}, {type: 'agent', version, model}]
  if (kind === 'say') return [{type: 'turn'}, {type: 'text', text}]
  if (kind === 'tool') return [{type: 'tool', name, detail}]
  // Brook counts what was cached as read.
  const usage = {tokens: read + written, input: read - cached, cacheRead: cached, output: written}
  return kind === 'used' ? [{type: 'usage', usage}] : []
}

/** @returns {import('conduct-cli/plugin').AgentOutcome} */
function toOutcome({exitCode, stderr, error}, end) {
  if (error !== undefined) return {status: 'failed', retryable: false, cause: `Cannot start brook: ${error}`}
  // It has finished when it says so: killed in the middle, it may exit with 0 too.
  if (exitCode === 0 && end?.ok === true) return {status: 'finished', summary: end.text}
  if (end?.http === 429) return {status: 'rate-limited', retryAfterMs: (end.seconds ?? 60) * 1000}
  const cause = end?.text ?? `brook ended with exit code ${exitCode} before it was done: ${stderr.slice(-500)}`
  return {status: 'failed', retryable: end?.http !== 401, cause}
}

/** @param {import('conduct-cli/plugin').RegisterOptions} options */
export default async function register({addAgent}) {
  addAgent(backend)
}
