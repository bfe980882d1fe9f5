import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {appendFile, mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {AgentEvent, AgentOutcome} from 'conduct-cli/plugin'
import {attemptArguments, toInput} from '../src/arguments.ts'
import {geminiEnvironment} from '../src/environment.ts'
import {readFailure} from '../src/failure.ts'
import {chooseLogin} from '../src/login.ts'
import {toOutcome} from '../src/outcome.ts'
import {parseSettings} from '../src/person.ts'
import {policyText} from '../src/policy.ts'
import {geminiReader} from '../src/reader.ts'
import {SessionLog} from '../src/session-log.ts'
import {withFolder} from '../../../test/agents/support.ts'

const INIT = {type: 'init', session_id: 's1', model: 'auto'}
const say = (content: string) => ({type: 'message', role: 'assistant', content, delta: true})
const use = (tool_name: string, parameters: object) => ({type: 'tool_use', tool_name, tool_id: 'x', parameters})
const DONE = {type: 'tool_result', tool_id: 'x', status: 'success', output: 'ok'}
const STATS = {
  total_tokens: 1230,
  input_tokens: 1200,
  output_tokens: 23,
  cached: 200,
  models: {'gemini-2.5-flash-lite': {total_tokens: 30}, 'gemini-2.5-pro': {total_tokens: 1200}},
}
const USAGE = {tokens: 1230, input: 1000, cacheRead: 200, cacheWrite: 0, output: 30, reasoning: 7}
const SUCCESS = {type: 'result', status: 'success', stats: STATS}

function read(...lines: readonly object[]) {
  const events: AgentEvent[] = []
  const {onLine, said} = geminiReader((event) => events.push(event))
  for (const line of lines) onLine(JSON.stringify(line))
  return {events, said: said()}
}

function outcome(lines: readonly object[], exitCode: number | null, stderr = ''): AgentOutcome {
  const result = {exitCode, signal: exitCode === null ? 'SIGKILL' : null, stdout: '', stderr}
  return toOutcome({said: read(...lines).said, result, turns: 9})
}

describe('what gemini prints', () => {
  it('becomes events: whole texts, tools, one turn for each answer, and the sum of what was used', () => {
    const lines = [INIT, {type: 'message', role: 'user', content: 'Go.'}, say('I beg'), say('in.'), use('write_file', {file_path: 'a'})]
    const {events, said} = read(...lines, use('run_shell_command', {command: 'ls'}), DONE, DONE, say('Done.\n'), SUCCESS)
    assert.deepEqual(events, [
      {type: 'session', id: 's1'},
      {type: 'agent', model: 'auto'},
      {type: 'turn'},
      {type: 'text', text: 'I begin.'},
      {type: 'tool', name: 'write_file', detail: 'a'},
      {type: 'tool', name: 'run_shell_command', detail: 'ls'},
      {type: 'turn'},
      {type: 'text', text: 'Done.'},
      {type: 'agent', model: 'gemini-2.5-pro'},
      {type: 'usage', usage: USAGE},
    ])
    assert.equal(said.summary, 'Done.')
  })

  it('may be anything: what is no event of gemini’s is passed over', () => {
    const {onLine, said} = geminiReader(() => assert.fail('said something'))
    for (const line of ['', 'Loaded cached credentials.', '{', '[]', 'null', '{"type":7}', '{"type":"message","content":[]}']) onLine(line)
    assert.deepEqual(said(), {hasBegun: false})
  })
})

describe('how an attempt of gemini ended', () => {
  it('is a success only with its last event and exit code 0: a signal ends it with 0, too', () => {
    assert.deepEqual(outcome([INIT, say('Done.'), SUCCESS], 0), {status: 'finished', summary: 'Done.', usage: USAGE})
    for (const ended of [outcome([INIT, say('Done.')], 0), outcome([INIT, SUCCESS], 1), outcome([], null)])
      assert.ok(ended.status === 'failed' && ended.retryable, JSON.stringify(ended))
  })

  it('is no success when a loop was noticed, which gemini calls one', () => {
    const loop = {type: 'error', severity: 'warning', message: 'Loop detected, stopping execution'}
    const ended = outcome([INIT, use('glob', {}), DONE, loop, SUCCESS], 0)
    assert.deepEqual(ended, {status: 'failed', retryable: true, cause: 'gemini: Loop detected, stopping execution', usage: USAGE})
    assert.equal(outcome([INIT, loop, say('I see. Done.'), SUCCESS], 0).status, 'finished')
  })

  it('keeps the words of the API, and adds what to do', () => {
    const error = {message: '[API Error: {"error":{"code":401,"message":"bad key"}}]\nPlease wait'}
    const ended = outcome([INIT, {type: 'result', status: 'error', error}], 145)
    const cause = 'gemini: bad key. Run `gemini` and log in, or set GEMINI_API_KEY.'
    assert.equal(ended.status === 'failed' && ended.cause, cause)
  })

  for (const [exitCode, stderr, retryable] of [
    [41, 'Please set an Auth method', false],
    [42, 'No input provided', false],
    [52, 'Please fix the configuration file(s)', false],
    [53, '', true],
    [55, 'Gemini CLI is not running in a trusted directory', false],
    [1, 'fetch failed', true],
  ] as const) {
    it(`knows exit code ${exitCode}`, () => {
      const ended = outcome([], exitCode, stderr)
      assert.ok(ended.status === 'failed' && ended.retryable === retryable, JSON.stringify(ended))
      assert.match(ended.cause, exitCode === 53 ? /limits\.turns/ : new RegExp(stderr.replaceAll(/[()]/g, '.')))
    })
  }

  for (const [message, exitCode, expected] of [
    ['Please retry in 12.5s.', 173, 12_500],
    ['You have run out. Your quota will reset after 5h3m20s.', 173, 18_200_000],
    ['{"details":[{"retryDelay":"17s"}]}', 173, 17_000],
    ['Resource has been exhausted (e.g. check quota).', 173, 60_000],
    ['The model is overloaded.', 247, 60_000],
    ['You have exhausted your daily quota on this model.', 173, 'permanent'],
    ['Quota exceeded, limit: 0, model: x. Please retry in 3s.', 173, 'permanent'],
    ['API key not valid. Please pass a valid API key.', 144, 'permanent'],
    ['forbidden', 147, 'permanent'],
    ['models/x is not found', 148, 'permanent'],
    ['internal error', 244, 'transient'],
    ['', null, 'transient'],
  ] as const) {
    it(`knows what to make of ${exitCode}: ${message.slice(0, 50)}`, () => {
      const failure = readFailure(message, exitCode)
      assert.equal(failure.kind === 'rate-limited' ? failure.retryAfterMs : failure.kind, expected)
    })
  }

  it('says why there is no login, without the insides of gemini', () => {
    const lines = [
      'YOLO mode is enabled. All tool calls will be automatically approved.',
      'Error authenticating: FatalAuthenticationError: Log in.',
      '    at main (file:///gemini.js:17389:9) {',
      '  exitCode: 41',
      '}',
      '\u001B[31mLog in.\u001B[0m',
    ]
    const ended = outcome([], 41, lines.join('\n'))
    const hint = 'Run `gemini` and log in, or set GEMINI_API_KEY.'
    const cause = `gemini ended with exit code 41 before it was done: Log in. ${hint}`
    assert.deepEqual(ended, {status: 'failed', retryable: false, cause})
  })

  it('gives up a session that has become too long', () => {
    const error = {message: '[API Error: The input token count (1100000) exceeds the maximum]'}
    const ended = outcome([INIT, {type: 'result', status: 'error', error}], 144)
    assert.equal(ended.status === 'failed' && ended.session, '')
  })
})

describe('what gemini is started with', () => {
  const request = {permissions: 'full'} as const
  const session = {id: 's1', isOld: false}

  it('names the servers that it may have: an empty list would be all of them', () => {
    const names = (mcpServers?: Readonly<Record<string, {command: string; args: readonly string[]}>>) => {
      const argv = attemptArguments({request: {...request, ...(mcpServers ? {mcpServers} : {})}, session})
      return argv.filter((_, index) => argv[index - 1] === '--allowed-mcp-server-names')
    }
    assert.deepEqual(names(), ['none-of-conduct'])
    assert.deepEqual(names({one: {command: 'a', args: []}, two: {command: 'b', args: []}}), ['one', 'two'])
  })

  it('takes no prompt for a command of its own', () => {
    assert.deepEqual(['/quit now', 'Go /quit'].map(toInput), ['\n/quit now', 'Go /quit'])
  })

  it('trusts a tree, asks no editor, and lets no file of variables say what conduct decides', () => {
    const person = {env: {GEMINI_API_KEY: 'one', GIT_DIR: 'x', NODE_OPTIONS: 'x', PATH: 'x', HOME: 'x', CONDUCT_TASK: 'x'}}
    const env = geminiEnvironment({env: {GEMINI_API_KEY: 'two'}, person, home: {home: '/h', tmp: '/h/tmp'}, isTrusted: false})
    assert.deepEqual(
      Object.keys(env).filter((name) => name in person.env),
      [],
    )
    assert.deepEqual([env.GEMINI_CLI_HOME, env.TMPDIR, env.GEMINI_CLI_TRUST_WORKSPACE], ['/h', '/h/tmp', 'false'])
  })

  it('allows by name, and denies the rest above all that settings can say', () => {
    assert.equal(
      policyText('read', ['con"duct']).split('\n').slice(5).join('\n'),
      '[[rule]]\nmcpName = "con\\"duct"\ntoolName = "*"\ndecision = "allow"\npriority = 999\n\n[[rule]]\ntoolName = "*"\ndecision = "deny"\npriority = 998\n',
    )
    assert.doesNotMatch(policyText('read', []), /write_file|replace|shell/)
    assert.doesNotMatch(policyText('edit', []), /shell|web_fetch|invoke_agent/)
  })
})

describe('what gemini logs in with', () => {
  const chosen = (selectedType: string) => ({settings: {security: {auth: {selectedType}}}})
  const none = {settings: {}}

  for (const [name, expected, person, env, hasAccount] of [
    ['what the person chose', 'vertex-ai', chosen('vertex-ai'), {GEMINI_API_KEY: 'x'}, true],
    ['a key, when the account that was chosen is not there', 'gemini-api-key', chosen('oauth-personal'), {GEMINI_API_KEY: 'x'}, false],
    ['a key, with the address of another server too', 'gemini-api-key', none, {GEMINI_API_KEY: 'x', GOOGLE_GEMINI_BASE_URL: 'x'}, false],
    ['a key of Google', 'vertex-ai', none, {GOOGLE_API_KEY: 'x'}, false],
    ['Vertex AI', 'vertex-ai', none, {GOOGLE_GENAI_USE_VERTEXAI: 'true', GOOGLE_CLOUD_PROJECT: 'p', GOOGLE_CLOUD_LOCATION: 'l'}, false],
    ['nothing, when Vertex AI lacks its project', undefined, none, {GOOGLE_GENAI_USE_VERTEXAI: 'true', GOOGLE_CLOUD_LOCATION: 'l'}, false],
    ['the account', 'oauth-personal', none, {}, true],
    ['the machine', 'compute-default-credentials', none, {GEMINI_CLI_USE_COMPUTE_ADC: 'true'}, false],
    ['nothing', undefined, none, {GEMINI_API_KEY: ''}, false],
  ] as const) {
    it(`is ${name}`, () => assert.equal(chooseLogin(person, env, hasAccount), expected))
  }

  it('is read from settings with comments, and not from what is none', () => {
    assert.deepEqual(parseSettings('{"a": "// no", /* yes */ "b": "x\\"/*y*/" // yes\n}'), {a: '// no', b: 'x"/*y*/'})
    assert.deepEqual([parseSettings(''), parseSettings('{'), parseSettings('[]')], [{}, undefined, undefined])
  })
})

describe('the record that gemini keeps of a session', () => {
  const answer = (id: string, timestamp: string, rest: object = {}) => ({
    id,
    timestamp,
    type: 'gemini',
    tokens: {input: 1200, output: 23, cached: 200, thoughts: 7, tool: 0, total: 1230},
    ...rest,
  })
  const lines = [
    {sessionId: 's1'},
    answer('old', '2026-11-22T09:59:59.000Z'),
    {$set: {messages: [answer('again', '2026-11-22T10:00:01.000Z')]}},
    answer('a', '2026-11-22T10:00:01.000Z'),
    answer('a', '2026-11-22T10:00:01.000Z', {toolCalls: [{}]}),
    {id: 'u', timestamp: '2026-11-22T10:00:02.000Z', type: 'user'},
  ]
  const input = (folder: string) => ({folder, session: '2af7e429-2c59-45c1-bb5c-83cec9a6eabf', begunAt: Date.parse('2026-11-22T10:00:00Z')})
  const chats = async (folder: string) => {
    await mkdir(path.join(folder, 'tmp/ledger/chats'), {recursive: true})
    return path.join(folder, 'tmp/ledger/chats/session-2026-11-22T10-00-2af7e429.jsonl')
  }

  it('counts each answer of this attempt once, as it grows', () =>
    withFolder(async (folder) => {
      const log = new SessionLog(input(folder))
      assert.equal(await log.read(), undefined)
      const file = await chats(folder)
      await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
      assert.deepEqual(await log.read(), USAGE)
      const next = `${JSON.stringify(answer('b', '2026-11-22T10:00:03.000Z'))}\n`
      await appendFile(file, next.slice(0, 50))
      assert.deepEqual(await log.read(), USAGE)
      await appendFile(file, `${next.slice(50)}no JSON\n`)
      assert.equal((await log.read())?.tokens, 2460)
      await log.close()
    }))

  it('is not waited for when an agent put a pipe in its place', () =>
    withFolder(async (folder) => {
      execFileSync('mkfifo', [await chats(folder)])
      const log = new SessionLog(input(folder))
      assert.equal(await log.read(), undefined)
      await log.close()
    }))
})
