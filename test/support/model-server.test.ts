import assert from 'node:assert/strict'
import {startModel, type ModelServer} from './model-server/server.ts'
import {once} from './scope.ts'

const turns = [
  {say: 'I write it.', do: {write: {path: 'a.txt', content: 'A'}}, usage: {input: 1200, output: 34, cached: 200, reasoning: 4}},
  {error: {status: 429, message: 'slow down', headers: {'retry-after': '3'}}},
  {say: 'a few words that are cut', cut: true},
] as const

const formats = [
  {
    path: '/v1/messages',
    tools: [{name: 'Write'}],
    call: /"name":"Write","input":\{"file_path":"\/w\/a\.txt","content":"A"\}/,
    usage: /"input_tokens":1000,"cache_read_input_tokens":200,.*"output_tokens":34/,
    done: /event: message_stop/,
  },
  {
    path: '/v1/responses',
    tools: [{type: 'function', name: 'exec_command'}],
    call: /"arguments":"\{\\"cmd\\":\\"printf %s 'A' > '\/w\/a\.txt'\\"\}","name":"exec_command"/,
    usage: /"input_tokens":1200,"input_tokens_details":\{"cached_tokens":200\},"output_tokens":34,.*"reasoning_tokens":4/,
    done: /event: response\.completed/,
  },
  {
    path: '/v1/chat/completions',
    tools: [{type: 'function', function: {name: 'bash'}}],
    call: /"function":\{"name":"bash","arguments":"\{\\"command\\":\\"printf/,
    usage: /"prompt_tokens":1200,"completion_tokens":34,.*"cached_tokens":200.*"reasoning_tokens":4/,
    done: /data: \[DONE\]/,
  },
  {
    path: '/v1beta/models/m1:generateContent',
    streamPath: '/v1beta/models/m1:streamGenerateContent',
    tools: [{functionDeclarations: [{name: 'write_file'}]}],
    call: /"functionCall":\{"name":"write_file","args":\{"file_path":"\/w\/a\.txt"/,
    usage: /"promptTokenCount":1200,"candidatesTokenCount":30,"cachedContentTokenCount":200,"thoughtsTokenCount":4/,
    done: /"finishReason":"STOP"/,
  },
]

describe('the scripted model', () => {
  before(function () {
    once(this)
  })
  let model: ModelServer
  afterEach(() => model.close())
  const ask = (path: string, body: object) => fetch(`${model.url}${path}`, {method: 'POST', body: JSON.stringify({model: 'm1', ...body})})

  for (const {path, streamPath = path, tools, call, usage, done} of formats) {
    it(`speaks ${path}: calls of tools, usage, errors, and connections that break`, async () => {
      model = await startModel({turns, cwd: '/w'}, {turns})
      const whole = await (await ask(path, {tools})).text()
      assert.match(whole, call)
      assert.match(whole, usage)
      const refused = await ask(path, {tools})
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '3'])
      assert.match(await refused.text(), /slow down/)
      await assert.rejects(async () => (await ask(streamPath, {tools, stream: true})).text())
      const over = await (await ask(streamPath, {tools, stream: true})).text()
      assert.match(over, done)
      assert.deepEqual(
        model.journal.map(({turn, error, model: name}) => [turn, error, name]),
        [0, 1, 2, 3].map((turn) => [turn, turn === 1 ? 429 : undefined, 'm1']),
      )
    })
  }

  it('uses up no turn for a title, and repeats the last one in a loop', async () => {
    model = await startModel({turns: [{say: 'again'}], loop: true})
    assert.match(await (await ask('/v1/messages', {})).text(), /title/)
    for (const turn of [0, 1]) {
      assert.match(await (await ask('/v1/messages', {tools: [{name: 'Bash'}]})).text(), /again/)
      assert.equal((await model.asked(turn)).api, 'anthropic')
    }
  })

  it('tells agents apart by what they are asked', async () => {
    model = await startModel({match: 'module one', turns: [{say: 'first'}]}, {match: 'module two', turns: [{say: 'second'}]})
    const prompt = (content: string) => ({tools: [{name: 'Bash'}], messages: [{role: 'user', content}]})
    assert.match(await (await ask('/v1/messages', prompt('Build module two.'))).text(), /second/)
    assert.match(await (await ask('/v1/messages', prompt('Build module one.'))).text(), /first/)
  })

  it('asks for several tools in one message, made of what a tool answered before', async () => {
    model = await startModel({
      turns: [{do: ({text}) => ['a', 'b'].map((name) => ({shell: `echo ${name} ${/id is (\d+)/.exec(text)?.[1]}`}))}],
    })
    const answer = await (await ask('/v1/messages', {tools: [{name: 'Bash'}], messages: [{role: 'user', content: 'The id is 7.'}]})).text()
    assert.match(answer, /"command":"echo a 7".*"command":"echo b 7"/)
  })

  it('calls the tools of an MCP server by group and name where they come in groups', async () => {
    model = await startModel({turns: [{do: {mcp: {server: 'kit', tool: 'echo', args: {text: 'x'}}}}]})
    const tools = [{type: 'namespace', name: 'mcp__kit', tools: [{name: 'echo'}]}, {name: 'exec_command'}]
    assert.match(await (await ask('/v1/responses', {tools})).text(), /"namespace":"mcp__kit","name":"echo"/)
  })
})
