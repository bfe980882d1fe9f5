import {mkdir, readdir, rename, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import installed from '../../../test/agents/package.json' with {type: 'json'}
import type {AgentBench} from '../../../test/support/real-agents.ts'

/** A real agent, and what it is known to say of one and the same work. */
export interface BenchAgent {
  readonly name: string
  /** `agents.backends.acp`; the model is the scripted one. */
  options(url: string): Readonly<Record<string, unknown>>
  /** Writes the settings that a person would have in their home. */
  prepare?(bench: AgentBench): Promise<void>
  /** Makes a session of a moment ago one of an earlier minute. */
  age?(bench: AgentBench): Promise<void>
  readonly version: string
  readonly model: string
  readonly tools: readonly string[]
  /** Of four answers with `USAGE` each. */
  readonly usage: Readonly<Record<string, number>>
  /** Folders that it may make in its home. */
  readonly home: readonly string[]
  readonly failures: readonly (readonly [
    error: {readonly status: number; readonly type?: string; readonly message?: string},
    outcome: object,
  ])[]
}

/** 1000 tokens read anew, 200 from a cache, 23 said and 7 thought. */
export const USAGE = {input: 1200, cached: 200, output: 30, reasoning: 7}

const codexSettings = (url: string) => `model = "gpt-5.1-codex"
model_provider = "scripted"
check_for_update_on_startup = false
analytics.enabled = false
features.plugins = false
features.apps = false
[model_providers.scripted]
name = "scripted"
base_url = "${url}/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`

const geminiSettings = {
  security: {auth: {selectedType: 'gemini-api-key'}, folderTrust: {enabled: false}},
  general: {enableAutoUpdate: false, maxAttempts: 1},
  privacy: {usageStatisticsEnabled: false},
  model: {name: 'gemini-2.5-pro'},
}

const opencodeSettings = (url: string) => ({
  autoupdate: false,
  share: 'disabled',
  model: 'scripted/m1',
  small_model: 'scripted/m1',
  enabled_providers: ['scripted'],
  provider: {
    scripted: {
      npm: '@ai-sdk/openai-compatible',
      options: {baseURL: `${url}/v1`, apiKey: 'no-key'},
      models: {m1: {tool_call: true, cost: {input: 1_000, output: 10_000, cache_read: 100}, limit: {context: 200_000, output: 8_192}}},
    },
  },
})

const BAD_KEY = {status: 401, type: 'authentication_error', message: 'bad key'}

export const AGENTS: readonly BenchAgent[] = [
  {
    name: 'codex-acp',
    options: () => ({command: ['codex-acp'], env: {CODEX_PATH: 'codex', OPENAI_API_KEY: 'no-key'}}),
    prepare: (bench) => write(join(bench.home, '.codex/config.toml'), codexSettings(bench.model.url)),
    version: `@agentclientprotocol/codex-acp ${installed.devDependencies['@agentclientprotocol/codex-acp']}`,
    model: 'gpt-5.1-codex',
    tools: ['exec_command', 'exec_command', 'execute'],
    usage: {tokens: 4920, input: 4000, cacheRead: 800, cacheWrite: 0, output: 120, reasoning: 28, usd: 4 + 0.08 + 1.2},
    home: ['.codex'],
    failures: [
      [BAD_KEY, {status: 'failed', retryable: false, cause: /not logged in \(Authentication required\)\..* ways: api-key, chat-gpt\./}],
      // It ends its turn as if all were well.
      [
        {status: 429, type: 'rate_limit_exceeded'},
        {status: 'rate-limited', retryAfterMs: 60_000},
      ],
      [{status: 500}, {status: 'failed', retryable: true, cause: /high demand/}],
    ],
  },
  {
    name: 'gemini --acp',
    options: (url) => ({
      command: ['gemini', '--acp'],
      env: {GEMINI_API_KEY: 'no-key', GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_TRUST_WORKSPACE: 'true', GEMINI_CLI_NO_RELAUNCH: 'true'},
    }),
    prepare: (bench) => write(join(bench.home, '.gemini/settings.json'), JSON.stringify(geminiSettings)),
    // Its file is named for the minute and the session: loaded in the same minute, it writes over what it should read.
    async age({home}) {
      const folder = join(home, '.gemini/tmp/worktree/chats')
      for (const name of await readdir(folder)) {
        await rename(join(folder, name), join(folder, name.replace(/^session-[\dT-]+-(?=[\da-f]{8}\.)/, 'session-2026-01-01T00-00-')))
      }
    },
    version: `gemini-cli ${installed.devDependencies['@google/gemini-cli']}`,
    model: 'gemini-2.5-pro',
    tools: ['edit', 'execute', 'other'],
    // It tells neither what came from a cache nor what was thought.
    usage: {tokens: 4892, input: 4800, output: 92, usd: 4.8 + 0.92},
    home: ['.gemini'],
    failures: [
      [BAD_KEY, {status: 'failed', retryable: false, cause: /401: .*bad key/}],
      [
        {status: 429, type: 'RESOURCE_EXHAUSTED'},
        {status: 'rate-limited', retryAfterMs: 60_000},
      ],
      [{status: 500}, {status: 'failed', retryable: true, cause: /500: /}],
    ],
  },
  {
    name: 'opencode acp',
    options: (url) => ({
      command: ['opencode', 'acp'],
      env: {
        OPENCODE_CONFIG_CONTENT: JSON.stringify(opencodeSettings(url)),
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
        npm_config_fetch_retries: '0',
      },
    }),
    version: `OpenCode ${installed.optionalDependencies['opencode-linux-x64']}`,
    model: 'scripted/m1',
    tools: ['edit', 'execute', 'other'],
    // Tokens are those of the last answer; the price is that of all.
    usage: {tokens: 1230, input: 1000, cacheRead: 200, cacheWrite: 0, output: 30, reasoning: 7, usd: 4 + 0.08 + 1.2},
    home: ['.cache', '.config', '.local', '.npm'],
    // The status is not told. After 500 it tries again without end, and says nothing.
    failures: [[BAD_KEY, {status: 'failed', retryable: true, cause: /Internal error: bad key/}]],
  },
]

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), {recursive: true})
  await writeFile(file, text)
}
