import assert from 'node:assert/strict'
import type {AgentEvent} from 'conduct-cli/plugin'
import {parseSession} from '../src/arguments.ts'
import {isSessionGone, lostRace, toOutcome} from '../src/outcome.ts'
import {permissionSettings} from '../src/permissions.ts'
import {OpencodeReader, type Retry} from '../src/reader.ts'

/** As opencode 1.18.33 prints them; ids and times are shortened. */
const MAIN = 'ses_main'
const line = (type: string, rest: object, sessionID = MAIN) => JSON.stringify({type, timestamp: 1795402826680, sessionID, ...rest})
const step = (reason: string, tokens: object, cost: number) => line('step_finish', {part: {type: 'step-finish', reason, tokens, cost}})
const START = line('step_start', {part: {type: 'step-start'}})
const TOKENS = {total: 1230, input: 1000, output: 23, reasoning: 7, cache: {write: 0, read: 200}}
const SHELL = {callID: 'call_1', tool: 'bash', state: {input: {command: 'npm test', description: 'run'}}}
const witness = (about: string, rest: object, sessionID = MAIN) => JSON.stringify({type: 'conduct', about, sessionID, ...rest})
const ERROR = {
  name: 'APIError',
  data: {message: 'scripted error', statusCode: 500, isRetryable: true, responseHeaders: {'retry-after': '7'}, responseBody: '{}'},
}
const EXITED = {exitCode: 0, signal: null, stdout: '', stderr: ''}

function read(...lines: readonly string[]) {
  const events: AgentEvent[] = []
  const retries: Retry[] = []
  const reader = new OpencodeReader({emit: (event) => void events.push(event), onRetry: (retry) => void retries.push(retry)})
  for (const text of lines) reader.onLine(text)
  return {events, retries, said: reader.said}
}

const failed = (error: object) => toOutcome({said: read(line('error', {error})).said, result: {...EXITED, exitCode: 1}})
const status = (statusCode: number, more: object = {}) => failed({name: 'APIError', data: {message: 'no', statusCode, ...more}})

describe('the lines of opencode', () => {
  it('become events: a tool when it begins, usage as a sum over the steps', () => {
    const {events, said} = read(
      'not JSON',
      START,
      witness('tool', {part: SHELL}),
      line('tool_use', {part: {type: 'tool', ...SHELL, state: {...SHELL.state, status: 'completed', output: 'ok'}}}),
      step('tool-calls', TOKENS, 1.32),
      START,
      line('text', {part: {type: 'text', text: 'Done.'}}),
      step('stop', TOKENS, 1.32),
    )
    const sum = {tokens: 1230, input: 1000, cacheRead: 200, cacheWrite: 0, output: 30, reasoning: 7, usd: 1.32}
    const all = {tokens: 2460, input: 2000, cacheRead: 400, cacheWrite: 0, output: 60, reasoning: 14, usd: 2.64}
    assert.deepEqual(events, [
      {type: 'session', id: MAIN},
      {type: 'turn'},
      {type: 'tool', name: 'bash', detail: 'npm test'},
      {type: 'usage', usage: sum},
      {type: 'turn'},
      {type: 'text', text: 'Done.'},
      {type: 'usage', usage: all},
    ])
    assert.deepEqual(toOutcome({said, result: EXITED}), {status: 'finished', summary: 'Done.'})
  })

  it('tell of sub-agents what they do, ask and use, and that once', () => {
    const {events, said} = read(
      START,
      witness('step-start', {}, MAIN),
      witness('step-start', {}, 'ses_sub'),
      witness('step-finish', {part: {tokens: TOKENS, cost: 0}}, 'ses_sub'),
      witness('step-finish', {part: {tokens: TOKENS, cost: 0}}, MAIN),
      step('stop', TOKENS, 0),
    )
    assert.equal(events.filter(({type}) => type === 'turn').length, 2)
    assert.deepEqual(said.usage.tokens, 2 * 1230)
    assert.ok(!('usd' in said.usage), 'a price that opencode does not know is not 0')
    assert.equal(said.session, MAIN)
  })

  it('name version and model, what a tool failed of, and when the provider is asked again', () => {
    const {events, retries} = read(
      witness('version', {version: '1.18.33'}),
      witness('model', {model: 'scripted/m1'}),
      witness('model', {model: 'scripted/small'}, 'ses_sub'),
      line('tool_use', {
        part: {type: 'tool', tool: 'edit', callID: 'c', state: {status: 'error', input: {filePath: 'a.ts'}, error: 'denied'}},
      }),
      witness('retry', {attempt: 1, message: 'Too Many Requests', next: 1795402829680}),
      witness('alive', {}),
    )
    assert.deepEqual(events.slice(1), [
      {type: 'agent', version: '1.18.33'},
      {type: 'agent', model: 'scripted/m1'},
      {type: 'tool', name: 'edit', detail: 'a.ts'},
      {type: 'text', text: 'edit failed: denied'},
    ])
    assert.deepEqual(retries, [{message: 'Too Many Requests', at: 1795402829680}])
  })
})

describe('how opencode ended', () => {
  it('is a success only when the last step ended by itself, with exit code 0 and no error', () => {
    const stop = read(START, step('stop', TOKENS, 0)).said
    const more = read(START, step('tool-calls', TOKENS, 0)).said
    assert.equal(toOutcome({said: stop, result: EXITED}).status, 'finished')
    assert.equal(toOutcome({said: stop, result: {...EXITED, exitCode: 1}}).status, 'failed')
    assert.equal(toOutcome({said: read(START, step('stop', TOKENS, 0), START).said, result: EXITED}).status, 'failed')
    assert.equal(
      toOutcome({said: read(START, step('stop', TOKENS, 0), line('error', {error: ERROR})).said, result: EXITED}).status,
      'failed',
    )
    assert.deepEqual(
      toOutcome({said: more, result: {...EXITED, exitCode: null, signal: 'SIGTERM', stderr: '\u001B[91mError\u001B[0m: gone\n'}}),
      {
        status: 'failed',
        retryable: true,
        cause: 'opencode was ended by SIGTERM before it was done: Error: gone',
      },
    )
  })

  it('forgets an error that was followed by another step', () => {
    const {said} = read(line('error', {error: ERROR}), START, step('stop', TOKENS, 0))
    assert.equal(toOutcome({said, result: EXITED}).status, 'finished')
  })

  it('tells what trying again helps with from what it does not, and a limit of the provider from both', () => {
    assert.deepEqual(status(401), {status: 'failed', retryable: false, cause: 'opencode: 401 no'})
    assert.deepEqual(status(402), {status: 'failed', retryable: false, cause: 'opencode: 402 no'})
    assert.deepEqual(failed({name: 'ProviderModelNotFoundError', data: {providerID: 'x'}}), {
      status: 'failed',
      retryable: false,
      cause: 'opencode: ProviderModelNotFoundError',
    })
    assert.deepEqual(status(500), {status: 'failed', retryable: true, cause: 'opencode: 500 no', transient: true})
    assert.deepEqual(status(429), {status: 'rate-limited', retryAfterMs: 60_000})
    assert.deepEqual(status(529, {responseHeaders: {'retry-after': '7'}}), {status: 'rate-limited', retryAfterMs: 7_000})
    assert.deepEqual(failed({name: 'UnknownError', data: {message: 'Too Many Requests'}}), {status: 'rate-limited', retryAfterMs: 60_000})
    assert.deepEqual(failed({name: 'ContextOverflowError', data: {message: 'full'}}), {
      status: 'failed',
      retryable: true,
      cause: 'opencode: full',
      session: '',
    })
  })

  it('shows that the session is gone, or that another start made the database', () => {
    const {said} = read()
    const ended = (stderr: string) => ({said, result: {...EXITED, exitCode: 1, stderr}})
    assert.ok(isSessionGone(ended('\u001B[91m\u001B[1mError: \u001B[0mSession not found\n')))
    assert.ok(lostRace(ended('Error: Unexpected error\nFailed query: CREATE TABLE `workspace` (')))
    assert.ok(!lostRace(ended('Session not found')) && !isSessionGone(ended('Failed query: CREATE TABLE')))
    assert.ok(!lostRace({said: read(START, step('stop', TOKENS, 0)).said, result: {...EXITED, exitCode: 1, stderr: 'already exists'}}))
  })
})

describe('what opencode is given', () => {
  it('is a session only where it names one: it becomes an argument', () => {
    assert.deepEqual(['ses_df9a721f7ffe', '--share', '', undefined].map(parseSession), [
      'ses_df9a721f7ffe',
      undefined,
      undefined,
      undefined,
    ])
  })

  it('is all with `full`, and with the others nothing but what is named, and the MCP servers of the request', () => {
    assert.deepEqual(permissionSettings('full', []), {'*': 'allow'})
    const {edit, bash, 'my_server_*': server} = permissionSettings('edit', ['my.server'])
    assert.deepEqual([edit, bash, server], [{'*': 'allow', '..*': 'deny', '/*': 'deny'}, 'deny', 'allow'])
    assert.deepEqual([permissionSettings('read', []).edit, permissionSettings('read', [])['*']], ['deny', 'deny'])
  })
})
