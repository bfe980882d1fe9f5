import {asText, named, newId, objects, words, type Body, type Dialect, type Piece} from './dialect.ts'
import type {Answer, ToolCall} from './scenario.ts'

/** OpenAI Responses. Tools of MCP servers come in groups, and are called by group and name. */
export const responses: Dialect = {
  name: 'responses',
  tools: ({tools}) => objects(tools).flatMap(namesOf),
  last({input}) {
    const message = objects(input).at(-1)
    return asText(message?.output ?? message?.content)
  },
  error: ({type = 'server_error', message = 'scripted error'}) => ({error: {message, type, code: null}}),
  whole: toResponse,
  stream,
}

function namesOf(tool: Body): readonly string[] {
  if (tool.type !== 'namespace') return named([tool])
  return named(objects(tool.tools)).map((name) => `${String(tool.name)}__${name}`)
}

function toResponse({turn, calls, usage, model}: Answer) {
  const output = [...(turn.say === undefined ? [] : [toMessage(turn.say)]), ...calls.map(toFunctionCall)]
  return {
    id: newId('resp'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status: 'completed',
    model,
    output,
    // What came from the cache is counted as input here.
    usage: {
      input_tokens: usage.input,
      input_tokens_details: {cached_tokens: usage.cached},
      output_tokens: usage.output,
      output_tokens_details: {reasoning_tokens: usage.reasoning},
      total_tokens: usage.input + usage.output,
    },
  }
}

function toMessage(text: string) {
  const content = [{type: 'output_text', text, annotations: []}]
  return {type: 'message' as const, id: newId('msg'), role: 'assistant', status: 'completed', content}
}

function toFunctionCall({name, args}: ToolCall) {
  const [, namespace, short] = /^(mcp__.+)__([^_].*)$/.exec(name) ?? []
  return {
    type: 'function_call' as const,
    id: newId('fc'),
    call_id: newId('call'),
    status: 'completed',
    arguments: JSON.stringify(args),
    ...(namespace === undefined ? {name} : {namespace, name: short}),
  }
}

function* stream(answer: Answer): Iterable<Piece> {
  const response = toResponse(answer)
  let sequence_number = 0
  const piece = (event: string, rest: object): Piece => ({event, data: {type: event, sequence_number: sequence_number++, ...rest}})
  yield piece('response.created', {response: {...response, status: 'in_progress', output: [], usage: null}})
  for (const [output_index, item] of response.output.entries()) {
    const empty = item.type === 'message' ? {content: []} : {arguments: ''}
    yield piece('response.output_item.added', {output_index, item: {...item, status: 'in_progress', ...empty}})
    const at = {output_index, item_id: item.id}
    if (item.type === 'message') {
      for (const delta of words(answer.turn.say ?? '')) yield piece('response.output_text.delta', {...at, content_index: 0, delta})
    } else yield piece('response.function_call_arguments.delta', {...at, delta: item.arguments})
    if (answer.turn.cut) return
    yield piece('response.output_item.done', {output_index, item})
  }
  yield piece('response.completed', {response})
}
