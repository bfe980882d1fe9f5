import * as z from 'zod'
import {messageOf} from '../errors.ts'
import type {AgentEvent, AgentOutcome, Usage} from './agent.ts'

/** The border between conduct and a backend: what comes over is checked, and blamed by name. */

const MAX_TEXT = 4_000
const MAX_SAID = 256 * 1024
const amount = z.number().nonnegative()
const part = z.exactOptional(amount)
const usage = z.object({
  tokens: amount,
  usd: part,
  input: part,
  cacheRead: part,
  cacheWrite: part,
  output: part,
  reasoning: part,
})
// Into the event log goes a summary, not a book: the whole text is in the transcript.
const text = z.string().transform((value) => (value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value))
const name = z.string().min(1).max(200)
const optional = {usage: usage.optional(), session: z.string().optional()}

const outcomeSchema = z.discriminatedUnion('status', [
  z.object({status: z.literal('finished'), summary: text.optional(), ...optional}),
  z.object({status: z.literal('failed'), cause: text, retryable: z.boolean(), transient: z.exactOptional(z.boolean()), ...optional}),
  z.object({status: z.literal('rate-limited'), retryAfterMs: z.number().nonnegative(), ...optional}),
  z.object({status: z.literal('stalled'), silentMs: z.number().nonnegative()}),
  z.object({status: z.literal('timed-out'), limitMs: z.number().nonnegative()}),
  z.object({status: z.literal('over-budget'), usd: z.number().nonnegative(), limit: z.exactOptional(text)}),
  z.object({status: z.literal('cancelled')}),
])

const eventSchema = z.discriminatedUnion('type', [
  z.object({type: z.literal('text'), text: z.string()}),
  z.object({type: z.literal('tool'), name: z.string(), detail: z.string().optional()}),
  z.object({type: z.literal('usage'), usage}),
  z.object({type: z.literal('session'), id: z.string()}),
  z.object({type: z.literal('turn')}),
  z.object({type: z.literal('agent'), version: z.exactOptional(name), model: z.exactOptional(name)}),
])

/** @throws {Error} whose message says what is wrong with it */
export function parseOutcome(value: unknown): AgentOutcome {
  return parse(outcomeSchema, value, 'an outcome')
}

/** What the agent said at its end, whole: an answer may be in it. */
export function saidAtEnd(value: unknown): string | undefined {
  return z
    .object({status: z.literal('finished'), summary: z.string()})
    .safeParse(value)
    .data?.summary.slice(-MAX_SAID)
}

/** @throws {Error} whose message says what is wrong with it */
export function parseEvent(value: unknown): AgentEvent {
  return parse(eventSchema, value, 'an event')
}

/** The outcome of an attempt whose backend broke the contract; trying again would not help. */
export function brokenBackend(name: string, error: unknown): AgentOutcome {
  const message = messageOf(error)
  return {status: 'failed', retryable: false, cause: `The agent backend "${name}" is broken: ${message}`.slice(0, MAX_TEXT)}
}

/** Usage is a sum that only grows, whatever order the reports come in. */
export function addUsage(known: Usage, reported: Usage | undefined): Usage {
  const entries = Object.entries({...known, ...reported}) as [keyof Usage, number][] // parsed by `usage` above
  return Object.fromEntries(entries.map(([key, value]) => [key, Math.max(value, known[key] ?? 0)])) as {tokens: number}
}

function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const {data, error} = schema.safeParse(value)
  if (data !== undefined) return data
  const problems = error?.issues.map(({path, message}) => [path.join('.'), message].filter(Boolean).join(': ')) ?? []
  throw new Error(`it gave ${what} that is none (${problems.join('; ')})`)
}
