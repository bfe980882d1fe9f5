import type {AgentRequest} from './agent.ts'

const SYSTEM = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'LANG', 'LC_*', 'TZ', 'TMPDIR', 'XDG_*']
const NETWORK = ['SSL_CERT_*', 'NODE_EXTRA_CA_CERTS', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']
/** Keys and settings of the usual agents. */
const AGENTS = ['ANTHROPIC_*', 'OPENAI_*', 'GEMINI_*', 'GOOGLE_*', 'CLAUDE_*', 'CODEX_*', 'OPENCODE_*']
/** Of providers whose models the usual agents can be told to ask. */
const PROVIDERS = ['OPENROUTER', 'DEEPSEEK', 'GROQ', 'MISTRAL', 'XAI', 'MOONSHOT', 'ZHIPU'].map((name) => `${name}_API_KEY`)

/**
 * Not even when the config asks: `GIT_*` would point the agent's git at another repository, `NODE_OPTIONS`
 * loads code into every Node process, and `CONDUCT_*` is what this attempt is told, not what its parent was.
 */
const FORBIDDEN = ['GIT_*', 'NODE_OPTIONS', 'CONDUCT_*']

/** What an attempt is told through its environment, besides the host's variables. */
export interface AttemptVariables {
  readonly request: Omit<AgentRequest, 'env'>
  /** First of the ports that this attempt may listen on. */
  readonly portBase: number
}

/**
 * The complete environment of an agent: the host's variables that are on the list, and the `CONDUCT_*` ones.
 *
 * @param allowEnv further names, `NAME` or `PREFIX_*`: the config's `agents.env`
 */
export function agentEnvironment(
  hostEnv: Readonly<Record<string, string | undefined>>,
  allowEnv: readonly string[],
  {request, portBase}: AttemptVariables,
): Record<string, string> {
  return {
    ...allowedEnvironment(hostEnv, allowEnv),
    CONDUCT_TASK: request.taskId,
    CONDUCT_PHASE: request.phase,
    CONDUCT_MODULE: request.module,
    CONDUCT_ROLE: request.role,
    CONDUCT_ATTEMPT: String(request.attempt),
    CONDUCT_SPEC: request.specPath,
    CONDUCT_PORT_BASE: String(portBase),
  }
}

/** The host's variables that agents, and the tests they write, may see. */
export function allowedEnvironment(
  hostEnv: Readonly<Record<string, string | undefined>>,
  allowEnv: readonly string[],
): Record<string, string> {
  const allowed = [...SYSTEM, ...NETWORK, ...AGENTS, ...PROVIDERS, ...allowEnv]
  const passed = Object.entries(hostEnv).filter(([name]) => matches(allowed, name) && !matches(FORBIDDEN, name))
  return Object.fromEntries(passed.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function matches(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern))
}
