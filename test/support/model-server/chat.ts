import {asText, isObject, newId, objects, words, type Dialect, type Piece} from './dialect.ts'
import type {Answer} from './scenario.ts'

/** OpenAI Chat Completions. */
export const chat: Dialect = {
  name: 'chat',
  tools: ({tools}) => objects(tools).map((tool) => (isObject(tool.function) ? String(tool.function.name) : '')),
  last: ({messages}) => asText(objects(messages).at(-1)?.content),
  error: ({type = 'server_error', message = 'scripted error'}) => ({error: {message, type, code: null}}),
  whole(answer) {
    const message = {role: 'assistant', content: answer.turn.say ?? null, tool_calls: toolCalls(answer)}
    return {...head(answer, 'chat.completion'), choices: [{index: 0, message, finish_reason: ending(answer)}], usage: toUsage(answer)}
  },
  stream,
}

function* stream(answer: Answer): Iterable<Piece> {
  const chunk = head(answer, 'chat.completion.chunk')
  const piece = (delta: object, finish_reason: string | null = null): Piece => ({
    data: {...chunk, choices: [{index: 0, delta, finish_reason}]},
  })
  yield piece({role: 'assistant', content: ''})
  for (const content of words(answer.turn.say ?? '')) yield piece({content})
  if (answer.turn.cut) return
  const tool_calls = toolCalls(answer)
  if (tool_calls) yield piece({tool_calls})
  yield piece({}, ending(answer))
  yield {data: {...chunk, choices: [], usage: toUsage(answer)}}
  yield {data: '[DONE]'}
}

function head({model}: Answer, object: string) {
  return {id: newId('chatcmpl'), object, created: Math.floor(Date.now() / 1000), model}
}

function ending({calls}: Answer): string {
  return calls.length > 0 ? 'tool_calls' : 'stop'
}

function toolCalls({calls}: Answer) {
  if (calls.length === 0) return undefined
  return calls.map(({name, args}, index) => ({
    index,
    id: newId('call'),
    type: 'function',
    function: {name, arguments: JSON.stringify(args)},
  }))
}

/** What came from the cache is counted as input here. */
function toUsage({usage}: Answer) {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: {cached_tokens: usage.cached},
    completion_tokens_details: {reasoning_tokens: usage.reasoning},
  }
}
