import assert from 'node:assert/strict'
import type {AgentEvent} from 'conduct-cli/plugin'
import {parseLine} from '../src/events.ts'
import {readFailure} from '../src/failure.ts'
import {toOutcome} from '../src/outcome.ts'
import {turnReader} from '../src/reader.ts'
import {formatSession, parseSession} from '../src/session.ts'
import {NO_TOKENS, type Tokens} from '../src/tokens.ts'
import {toToml} from '../src/toml.ts'

/** As codex 0.169.0 prints them; paths are shortened. */
const THREAD = '01a2057f-7134-7740-9e25-d5ff1d4ac835'
const STARTED = `{"type":"thread.started","thread_id":"${THREAD}"}`
const UNKNOWN_MODEL =
  '{"type":"item.completed","item":{"id":"item_0","type":"error","message":"Model metadata for `gpt-5.1-codex` not found. Defaulting to fallback metadata; this can degrade performance and cause issues."}}'
const TURN = '{"type":"turn.started"}'
const SAID = '{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"I will."}}'
const COMMAND_BEGAN = `{"type":"item.started","item":{"id":"item_2","type":"command_execution","command":"/bin/bash -lc \\"printf %s 'hello\\n' > hello.txt\\"","aggregated_output":"","exit_code":null,"status":"in_progress"}}`
const COMMAND_ENDED = `{"type":"item.completed","item":{"id":"item_2","type":"command_execution","command":"/bin/bash -lc \\"printf %s 'hello\\n' > hello.txt\\"","aggregated_output":"","exit_code":0,"status":"completed"}}`
const MCP =
  '{"type":"item.started","item":{"id":"item_1","type":"mcp_tool_call","server":"kit","tool":"echo","arguments":{"text":"ping"},"result":null,"error":null,"status":"in_progress"}}'
const EDIT =
  '{"type":"item.completed","item":{"id":"item_1","type":"file_change","changes":[{"path":"/w/new.txt","kind":"add"}],"status":"completed"}}'
const RECONNECTING =
  '{"type":"error","message":"Reconnecting... 1/1 (unexpected status 503 Service Unavailable: overloaded, url: http://127.0.0.1:40147/v1/responses)"}'
const DONE = '{"type":"item.completed","item":{"id":"item_3","type":"agent_message","text":"Done."}}'
const COMPLETED =
  '{"type":"turn.completed","usage":{"input_tokens":2500,"cached_input_tokens":1200,"cache_write_input_tokens":0,"output_tokens":46,"reasoning_output_tokens":7}}'
const COMPLETED_AFTER_RESUME =
  '{"type":"turn.completed","usage":{"input_tokens":4000,"cached_input_tokens":2600,"cache_write_input_tokens":0,"output_tokens":66,"reasoning_output_tokens":7}}'
const FAILED =
  '{"type":"turn.failed","error":{"message":"unexpected status 401 Unauthorized: bad key, url: http://127.0.0.1:35303/v1/responses"}}'

const TOTAL: Tokens = {input: 2500, cached: 1200, cacheWrite: 0, output: 46, reasoning: 7}
const EXITED = {exitCode: 0, signal: null, stdout: '', stderr: ''}

function read(lines: readonly string[], before: Tokens = NO_TOKENS) {
  const events: AgentEvent[] = []
  const {onLine, turn} = turnReader(before, (event) => void events.push(event))
  for (const line of lines) onLine(line)
  return {events, turn: turn()}
}

describe('the lines of codex', () => {
  it('become events: each tool once, and no word of what is no news', () => {
    const lines = [STARTED, UNKNOWN_MODEL, TURN, SAID, COMMAND_BEGAN, COMMAND_ENDED, EDIT, DONE, COMPLETED]
    const {events, turn} = read(lines)
    assert.deepEqual(
      events.filter(({type}) => type !== 'turn').map((event) => (event.type === 'usage' ? 'usage' : event)),
      [
        {type: 'session', id: formatSession({thread: THREAD, tokens: NO_TOKENS})},
        {type: 'text', text: 'I will.'},
        {type: 'tool', name: 'command', detail: "printf %s 'hello\n' > hello.txt"},
        {type: 'tool', name: 'edit', detail: '/w/new.txt'},
        {type: 'text', text: 'Done.'},
        'usage',
        {type: 'session', id: formatSession({thread: THREAD, tokens: TOTAL})},
      ],
    )
    assert.deepEqual(turn, {thread: THREAD, isComplete: true, summary: 'Done.', total: TOTAL})
  })

  it('count a turn for each tool until the answers themselves are seen, and none twice', () => {
    const events: AgentEvent[] = []
    const {onLine, onAnswer} = turnReader(NO_TOKENS, (event) => void events.push(event))
    const turns = () => events.filter(({type}) => type === 'turn').length
    onLine(COMMAND_BEGAN)
    onLine(COMMAND_ENDED)
    assert.equal(turns(), 1)
    onAnswer(TOTAL)
    onLine(EDIT)
    assert.equal(turns(), 1)
    onAnswer({...TOTAL, input: 9_000})
    assert.equal(turns(), 2)
  })

  it('name the tool of an MCP server with its arguments', () => {
    assert.deepEqual(parseLine(MCP), {type: 'tool', id: 'item_1', name: 'kit.echo', detail: '{"text":"ping"}'})
  })

  it('are passed over where they are none of codex’s', () => {
    for (const line of [
      '',
      'text',
      '{',
      '[]',
      '{}',
      '{"type":7}',
      '{"type":"item.completed"}',
      '{"type":"item.completed","item":{"type":"new"}}',
    ])
      assert.equal(parseLine(line), undefined)
    assert.deepEqual(parseLine('{"type":"turn.completed"}'), {type: 'completed', total: undefined})
  })

  it('show commands without the shell around them', () => {
    const shown = (command: string) => parseLine(JSON.stringify({type: 'item.started', item: {type: 'command_execution', command}}))
    for (const [command, detail] of [
      ["/bin/bash -lc 'echo out; exit 3'", 'echo out; exit 3'],
      ['/bin/bash -lc pwd', 'pwd'],
      ['zsh -c "ls \'a\'"', "ls 'a'"],
      ['/bin/bash -lc "echo \\"\\$a\\" \\\\n \'b\'"', `echo "$a" \\n 'b'`],
      ['node x.js', 'node x.js'],
    ])
      assert.deepEqual(shown(command ?? ''), {type: 'tool', id: '', name: 'command', detail})
  })
})

describe('a turn of codex', () => {
  it('is not over when a connection is tried again', () => {
    const {turn, events} = read([STARTED, TURN, RECONNECTING, DONE, COMPLETED])
    assert.equal(toOutcome({result: EXITED, turn}, 0).status, 'finished')
    assert.ok(events.some((event) => event.type === 'text' && event.text.startsWith('codex: Reconnecting')))
  })

  it('has not finished without its last event, with a failure, or with another exit code', () => {
    const status = (lines: readonly string[], exitCode: number | null) =>
      toOutcome({result: {...EXITED, exitCode}, turn: read(lines).turn}, 0).status
    assert.equal(status([STARTED, TURN, DONE], 0), 'failed')
    assert.equal(status([STARTED, TURN, DONE, COMPLETED], 1), 'failed')
    assert.equal(status([STARTED, TURN, DONE, FAILED, COMPLETED], 0), 'failed')
    assert.equal(status([STARTED, TURN, DONE, COMPLETED], 0), 'finished')
  })

  it('that had no room left is tried again in a new thread', () => {
    const message = 'Codex ran out of room in the model’s context window. Start a new thread or clear earlier history before retrying.'
    const {turn} = read([STARTED, TURN, JSON.stringify({type: 'turn.failed', error: {message}})])
    const outcome = toOutcome({result: {...EXITED, exitCode: 1}, turn}, 0)
    assert.deepEqual(outcome, {status: 'failed', retryable: true, cause: `codex: ${message}`, session: ''})
    assert.equal(parseSession(''), undefined)
  })

  it('fails for good where codex did not even begin', () => {
    const result = {...EXITED, exitCode: 1, stderr: 'WARNING: proceeding\nError loading config.toml: unknown variant\n'}
    assert.deepEqual(toOutcome({result, turn: read([]).turn}, 0), {
      status: 'failed',
      retryable: false,
      cause: 'codex ended with exit code 1 before its turn was complete: Error loading config.toml: unknown variant',
    })
  })
})

describe('what a thread has used', () => {
  it('is counted since the attempt began, not since the thread did', () => {
    const {events} = read([STARTED, TURN, DONE, COMPLETED_AFTER_RESUME], TOTAL)
    const usage = events.find(({type}) => type === 'usage')
    assert.ok(usage?.type === 'usage')
    assert.equal(usage.usage.tokens, 1500 + 20)
  })

  it('is carried along with the thread', () => {
    const session = {thread: THREAD, tokens: TOTAL}
    assert.deepEqual(parseSession(formatSession(session)), session)
    assert.deepEqual(parseSession(THREAD), {thread: THREAD, tokens: NO_TOKENS})
  })

  it('does not let anything but a thread become an argument', () => {
    for (const session of [undefined, '', '--last', `${THREAD} --last`, `${THREAD}@1`, '-'.repeat(36)])
      assert.equal(parseSession(session), undefined)
  })
})

describe('a failed turn of codex', () => {
  const now = Date.parse('Nov 22 2026 11:04:47 PM')
  const minutes = (count: number) => ({kind: 'rate-limited', retryAfterMs: count * 60_000})
  for (const [message, failure] of [
    ['You’ve hit your usage limit. Try again later.', minutes(15)],
    [
      'You’ve hit your usage limit. Visit https://chatgpt.com/settings/usage to purchase more credits or try again at 11:15 PM.',
      'until 11:16 PM',
    ],
    [
      'You’ve hit your usage limit. Upgrade to Pro (https://chatgpt.com/explore/pro) or try again at Nov 25th, 2026 12:51 PM.',
      'until Nov 25',
    ],
    ['exceeded retry limit, last status: 429 Too Many Requests', minutes(1)],
    ['Rate limit reached for gpt-5.1 in organization o on tokens per min. Please try again in 11.5s.', minutes(11.5 / 60)],
    ['Selected model is at capacity. Please try a different model.', minutes(1)],
    ['unexpected status 401 Unauthorized: bad key, url: http://127.0.0.1:35303/v1/responses', {kind: 'permanent'}],
    ['unexpected status 403 Forbidden: forbidden, url: http://127.0.0.1:46585/v1/responses', {kind: 'permanent'}],
    ['Quota exceeded. Check your plan and billing details.', {kind: 'permanent'}],
    ['Missing environment variable: `NOPE_KEY`.', {kind: 'permanent'}],
    [
      'Your access token could not be refreshed because your refresh token has expired. Please log out and sign in again.',
      {kind: 'permanent'},
    ],
    ['The model `x` does not exist or you do not have access to it.', {kind: 'permanent'}],
    [
      'We’re currently experiencing high demand, which may cause temporary errors.',
      {kind: 'transient', isThreadSpent: false, isProviders: true},
    ],
    ['stream disconnected before completion: error sending request', {kind: 'transient', isThreadSpent: false, isProviders: true}],
    ['Something of its own went wrong.', {kind: 'transient', isThreadSpent: false, isProviders: false}],
    [
      'Codex ran out of room in the model’s context window. Start a new thread.',
      {kind: 'transient', isThreadSpent: true, isProviders: false},
    ],
  ] as const) {
    it(`is understood: ${message.slice(0, 60)}`, () => {
      const expected =
        failure === 'until 11:16 PM'
          ? Date.parse('Nov 22 2026 11:16 PM') - now
          : failure === 'until Nov 25'
            ? Date.parse('Nov 25 2026 12:52 PM') - now
            : failure
      const found = readFailure(message, now)
      assert.deepEqual(typeof expected === 'number' && found.kind === 'rate-limited' ? found.retryAfterMs : found, expected)
    })
  }

  it('may have ended just before midnight, which makes its time tomorrow’s', () => {
    const late = Date.parse('Nov 22 2026 11:59:59 PM')
    assert.deepEqual(readFailure('You’ve hit your usage limit. Try again at 12:10 AM.', late), minutes(12 - 1 + 1 / 60))
  })

  it('may name a moment that has passed by now, which is no wait until tomorrow', () => {
    assert.deepEqual(readFailure('You’ve hit your usage limit. Try again at 11:02 PM.', now), minutes(1))
  })
})

describe('settings of codex', () => {
  it('are written as TOML on one line', () => {
    const settings = {kit: {command: 'no\u007fde', args: ['a "b"', '\n'], env: {}, required: true, gone: undefined, none: null}, 'a.b': 0.5}
    assert.equal(toToml(settings), String.raw`{"kit"={"command"="no\u007fde","args"=["a \"b\"","\n"],"env"={},"required"=true},"a.b"=0.5}`)
  })
})
