import assert from 'node:assert/strict'
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {AgentEvent, SpawnResult} from 'conduct-cli/plugin'
import {agentContract, type Scenario} from '../../../test/agents/agent-contract.ts'
import {launch, withFolder} from '../../../test/agents/support.ts'
import {createClaudeBackend} from '../src/claude-backend.ts'
import register from '../src/index.ts'
import {toOutcome} from '../src/outcome.ts'
import {claudeReader} from '../src/reader.ts'

const backend = createClaudeBackend()

const INIT = '{"type":"system","subtype":"init","session_id":"s-1","model":"m1","claude_code_version":"2.1.330"}'
const MODELS =
  '{"m1":{"inputTokens":40,"cacheReadInputTokens":30,"outputTokens":20,"costUSD":0.4},"small":{"inputTokens":10,"costUSD":0.1}}'
const RETRY = '{"type":"system","subtype":"api_retry","error_status":429,"retry_delay_ms":3000}'
const resultLine = (fields: object) => JSON.stringify({type: 'result', subtype: 'success', is_error: false, result: 'Done.', ...fields})
const FINISHED = resultLine({model_usage_since_last_result: JSON.parse(MODELS)})

const scripts: Readonly<Record<Scenario, string>> = {
  finishes: `printf built > built.txt; echo '${FINISHED}'`,
  fails: `echo '${resultLine({is_error: true, api_error_status: 500, result: 'the reason'})}'; exit 1`,
  waits: `echo '${RETRY}'; echo '${resultLine({is_error: true, api_error_status: 429, result: 'slow down'})}'; exit 1`,
  hangs: 'sleep 300',
  missing: '',
}

/** A program in the place of Claude Code. */
async function standIn(folder: string, script: string): Promise<string> {
  const program = path.join(folder, 'claude')
  const answer = `case "$1" in --version) echo '2.1.330 (Claude Code)';; auth) echo '{}';; *) cat > prompt.txt; echo '${INIT}'; ${script};; esac`
  await writeFile(program, `#!/bin/sh\n${answer}\n`, {mode: 0o755})
  return program
}

const prepare = async (folder: string, scenario: Scenario) => ({
  program: scenario === 'missing' ? 'no-such-program' : await standIn(folder, scripts[scenario]),
})

agentContract({backend, prepare, badOptions: [null, 7, 'text', [], {no: 'such key'}, {program: ''}, {program: 'a\0b'}, {home: 7}]})

describe('the backend claude', () => {
  it('is registered by the hook', async () => {
    const names: string[] = []
    await register({addAgent: ({name}) => void names.push(name), addValidator: () => undefined})
    assert.deepEqual(names, ['claude'])
  })

  it('passes the prompt on stdin, and a program of the project from there', () =>
    withFolder(async (folder) => {
      await standIn(folder, scripts.finishes)
      const {outcome, session, agent} = await launch(folder, backend, {request: {options: {program: './claude'}}})
      assert.deepEqual([outcome.status, session, agent], ['finished', 's-1', {version: '2.1.330', model: 'm1'}])
      assert.equal(await readFile(path.join(folder, 'prompt.txt'), 'utf8'), 'Build the ledger.')
    }))

  it('takes a login, settings and sessions from where the configuration says', () =>
    withFolder(async (folder) => {
      const program = await standIn(folder, `printf %s "$CLAUDE_CONFIG_DIR" > home.txt; ${scripts.finishes}`)
      await launch(folder, backend, {request: {options: {program, home: 'own'}}})
      assert.equal(await readFile(path.join(folder, 'home.txt'), 'utf8'), path.join(folder, 'own'))
    }))
})

const NOW = 1_700_000_000_000

function outcomeOf(lines: readonly string[], result: Partial<SpawnResult> = {}) {
  const reader = claudeReader(() => undefined)
  for (const line of lines) reader.onLine(line)
  return toOutcome({said: reader.said(), result: {exitCode: 1, signal: null, stdout: '', stderr: '', ...result}, turns: 5, now: NOW})
}

describe('the outcome of Claude Code', () => {
  const failed = (text: string, status: number | null = null) =>
    resultLine({is_error: true, api_error_status: status, result: text, model_usage_since_last_result: {}})

  it('is a success only with a result that is none of an error, and exit code 0', () => {
    assert.deepEqual(outcomeOf([FINISHED], {exitCode: 0}), {
      status: 'finished',
      summary: 'Done.',
      usage: {tokens: 100, input: 50, cacheRead: 30, cacheWrite: 0, output: 20, reasoning: 0, usd: 0.5},
    })
    assert.deepEqual(outcomeOf([INIT, 'no JSON', '{torn'], {exitCode: 0}), {
      status: 'failed',
      retryable: true,
      cause: 'claude ended with exit code 0 before it was done.',
    })
    assert.equal(outcomeOf([failed('API Error')], {exitCode: 0}).status, 'failed')
    assert.equal(outcomeOf([FINISHED], {exitCode: 3}).status, 'failed')
    const stderr = 'unknown option\n'
    assert.deepEqual(outcomeOf([], {stderr}), {status: 'failed', retryable: true, cause: 'claude ended with exit code 1: unknown option'})
    const killed = outcomeOf([INIT], {exitCode: null, signal: 'SIGKILL'})
    assert.match(JSON.stringify(killed), /ended by SIGKILL/)
  })

  for (const [what, line, wait] of [
    [
      'the time when the limit of a plan is over',
      '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1700003600}}',
      3_600_000,
    ],
    ['what the provider asked for', RETRY, 3_000],
    ['a minute, when nobody said', INIT, 60_000],
    [
      'a minute, when the time is over',
      '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1600000000}}',
      60_000,
    ],
  ] as const) {
    it(`waits at a rate limit for ${what}`, () => {
      const outcome = outcomeOf([line, failed('slow down', 429)])
      assert.deepEqual([outcome.status, 'retryAfterMs' in outcome && outcome.retryAfterMs], ['rate-limited', wait])
    })
  }

  it('knows the limit of a plan by its words, and the time in them', () => {
    const outcome = outcomeOf([failed('Claude AI usage limit reached|1700000060')])
    assert.deepEqual([outcome.status, 'retryAfterMs' in outcome && outcome.retryAfterMs], ['rate-limited', 60_000])
    assert.equal(outcomeOf([failed("You've hit your limit · resets 3pm")]).status, 'rate-limited')
    const warned = '{"type":"rate_limit_event","rate_limit_info":{"status":"allowed_warning","resetsAt":1700003600}}'
    assert.equal(outcomeOf([warned, FINISHED], {exitCode: 0}).status, 'finished')
  })

  for (const [text, status, retryable] of [
    ['Invalid API key', 401, false],
    ['Not logged in · Please run /login', null, false],
    ['Credit balance is too low', 400, false],
    ['There is no such model', 404, false],
    ['boom', 500, true],
    ['Connection dropped', null, true],
  ] as const) {
    it(`${retryable ? 'may be another one the next time' : 'will not be another one'} after: ${text}`, () => {
      const outcome = outcomeOf([failed(text, status)])
      assert.deepEqual([outcome.status, 'retryable' in outcome && outcome.retryable], ['failed', retryable])
    })
  }

  it('leaves the cost to the prices of the configuration where an older version tells that of the whole session', () => {
    const usage = {input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 2}
    const outcome = outcomeOf([resultLine({usage, total_cost_usd: 9})], {exitCode: 0})
    assert.deepEqual('usage' in outcome && outcome.usage, {tokens: 17, input: 10, cacheRead: 5, cacheWrite: 0, output: 2})
  })
})

describe('the lines of Claude Code', () => {
  const answer = (id: string, block: object, more: object = {}) =>
    JSON.stringify({
      type: 'assistant',
      message: {id, usage: {input_tokens: 100, output_tokens: 1}, content: [block]},
      parent_tool_use_id: null,
      ...more,
    })

  it('become events: an answer in several pieces is one turn, one of a sub-agent none', () => {
    const events: AgentEvent[] = []
    const {onLine} = claudeReader((event) => void events.push(event))
    onLine(INIT)
    onLine(answer('a', {type: 'thinking', thinking: 'secret'}))
    onLine(answer('a', {type: 'text', text: 'I begin.'}))
    onLine(answer('a', {type: 'tool_use', name: 'Bash', input: {command: 'npm test', description: 'Tests'}}))
    onLine(answer('b', {type: 'tool_use', name: 'Odd', input: 7}, {parent_tool_use_id: 'toolu_1'}))
    onLine(JSON.stringify({type: 'assistant', message: {id: 'c', model: '<synthetic>', content: [{type: 'text', text: 'API Error'}]}}))
    onLine(RETRY)
    onLine(resultLine({permission_denials: [{tool_name: 'Write'}, {tool_name: 'Write'}]}))
    const usage = (input: number, output: number) => ({
      type: 'usage',
      usage: {tokens: input + output, input, cacheRead: 0, cacheWrite: 0, output},
    })
    assert.deepEqual(events, [
      {type: 'session', id: 's-1'},
      {type: 'agent', version: '2.1.330', model: 'm1'},
      {type: 'turn'},
      usage(100, 1),
      {type: 'text', text: 'I begin.'},
      {type: 'tool', name: 'Bash', detail: 'npm test'},
      usage(200, 2),
      {type: 'tool', name: 'Odd'},
      {type: 'text', text: 'API Error'},
      {type: 'text', text: 'The model could not be asked (429); once more in 3.0 s.'},
      {type: 'text', text: 'Refused by its permissions: Write.'},
    ])
  })

  it('may be anything, and nothing is thrown', () => {
    const {onLine, said} = claudeReader(() => undefined)
    for (const type of ['system', 'assistant', 'user', 'result', 'rate_limit_event', 'news', 7]) {
      for (const message of [null, 7, 'text', [], {content: 7}, {content: [null, 7, {}]}])
        onLine(JSON.stringify({type, subtype: 'init', message}))
    }
    assert.equal(said().result?.type, 'result')
  })
})
