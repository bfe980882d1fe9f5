import {asText, named, objects, words, type Dialect, type Piece} from './dialect.ts'
import type {Answer} from './scenario.ts'

/** Gemini. */
export const gemini: Dialect = {
  name: 'gemini',
  tools: ({tools}) => objects(tools).flatMap(({functionDeclarations}) => named(objects(functionDeclarations))),
  last: ({contents}) => asText(objects(contents).at(-1)?.parts),
  error: ({status, type = 'INTERNAL', message = 'scripted error'}) => ({error: {code: status, message, status: type}}),
  whole: (answer) => toPart(answer, [...(answer.turn.say === undefined ? [] : [{text: answer.turn.say}]), ...callsOf(answer)], true),
  stream,
}

function* stream(answer: Answer): Iterable<Piece> {
  for (const text of words(answer.turn.say ?? '')) yield {data: toPart(answer, [{text}])}
  if (answer.turn.cut) return
  if (answer.calls.length > 0) yield {data: toPart(answer, callsOf(answer))}
  yield {data: toPart(answer, [{text: ''}], true)}
}

function callsOf({calls}: Answer) {
  return calls.map(({name, args}) => ({functionCall: {name, args}}))
}

function toPart({model, usage}: Answer, parts: readonly object[], isLast = false) {
  const {input, output, cached, reasoning} = usage
  const usageMetadata = {
    promptTokenCount: input,
    // What was thought is counted apart here.
    candidatesTokenCount: output - reasoning,
    cachedContentTokenCount: cached,
    thoughtsTokenCount: reasoning,
    totalTokenCount: input + output,
  }
  const candidate = {index: 0, content: {role: 'model', parts}, ...(isLast ? {finishReason: 'STOP'} : {})}
  return {candidates: [candidate], ...(isLast ? {usageMetadata} : {}), modelVersion: model}
}
