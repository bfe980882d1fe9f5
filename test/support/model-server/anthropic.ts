import {asText, named, newId, objects, words, type Dialect, type Piece} from './dialect.ts'
import type {Answer} from './scenario.ts'

/** Anthropic Messages. */
export const anthropic: Dialect = {
  name: 'anthropic',
  tools: ({tools}) => named(objects(tools)),
  last: ({messages}) => asText(objects(messages).at(-1)?.content),
  error: ({type = 'api_error', message = 'scripted error'}) => ({type: 'error', error: {type, message}}),
  whole: toMessage,
  stream,
}

function toMessage({turn, calls, usage, model}: Answer) {
  const content = [
    ...(turn.say === undefined ? [] : [{type: 'text' as const, text: turn.say}]),
    ...calls.map(({name, args}) => ({type: 'tool_use' as const, id: newId('toolu'), name, input: args})),
  ]
  return {
    id: newId('msg'),
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    // What came from the cache is not counted as input here.
    usage: {
      input_tokens: usage.input - usage.cached,
      cache_read_input_tokens: usage.cached,
      cache_creation_input_tokens: 0,
      output_tokens: usage.output,
    },
  }
}

function* stream(answer: Answer): Iterable<Piece> {
  const message = toMessage(answer)
  const {usage, content, stop_reason, stop_sequence} = message
  yield piece('message_start', {message: {...message, content: [], stop_reason: null, usage: {...usage, output_tokens: 1}}})
  for (const [index, block] of content.entries()) {
    const empty = block.type === 'text' ? {...block, text: ''} : {...block, input: {}}
    yield piece('content_block_start', {index, content_block: empty})
    const parts = words(block.type === 'text' ? block.text : JSON.stringify(block.input))
    for (const part of parts) {
      const delta = block.type === 'text' ? {type: 'text_delta', text: part} : {type: 'input_json_delta', partial_json: part}
      yield piece('content_block_delta', {index, delta})
    }
    if (answer.turn.cut) return
    yield piece('content_block_stop', {index})
  }
  yield piece('message_delta', {delta: {stop_reason, stop_sequence}, usage})
  yield piece('message_stop', {})
}

function piece(event: string, rest: object): Piece {
  return {event, data: {type: event, ...rest}}
}
