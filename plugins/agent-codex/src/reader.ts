import type {AgentTools} from 'conduct-cli/plugin'
import {parseLine, type CodexEvent} from './events.ts'
import {formatSession, isThread} from './session.ts'
import {isSame, since, type Tokens} from './tokens.ts'
import {toUsage} from './usage.ts'

/** What is known of a turn when codex has ended. */
export interface Turn {
  /** Set once codex has begun a thread, or taken up an old one. */
  readonly thread?: string
  readonly isComplete: boolean
  readonly failure?: string
  /** What the agent said last. */
  readonly summary?: string
  /** What the thread has used in all. */
  readonly total: Tokens
}

/** About the model that a person uses every day, codex says it knows little; that is no news at each attempt. */
const NOT_NEWS = /^Model metadata for /

/** What codex says while it works, from whichever place. */
export interface TurnReader {
  /** A line of `codex exec --json`. */
  onLine(line: string): void
  /** The model has answered once more; what the thread has used by now. */
  onAnswer(total: Tokens): void
  turn(): Turn
}

/** Turns what codex says into events, as it comes. @param before what the thread had used already */
export function turnReader(before: Tokens, emit: AgentTools['emit']): TurnReader {
  const tools = new Set<string>()
  let turn: Turn = {isComplete: false, total: before}
  let turns = 0
  let answers = 0
  return {onLine: (line) => take(parseLine(line)), onAnswer, turn: () => turn}

  function take(event: CodexEvent | undefined): void {
    switch (event?.type) {
      case 'thread':
        return begin(event.id)
      case 'message':
        turn = {...turn, summary: event.text}
        return emit({type: 'text', text: event.text})
      case 'notice':
        return NOT_NEWS.test(event.text) ? undefined : emit({type: 'text', text: `codex: ${event.text}`})
      case 'tool':
        return use(event)
      case 'failed':
        turn = {...turn, failure: event.message}
        return
      case 'completed':
        turn = {...turn, isComplete: true}
        return event.total ? spend(event.total) : undefined
    }
  }

  function begin(id: string): void {
    if (!isThread(id)) return
    turn = {...turn, thread: id}
    emit({type: 'session', id: formatSession({thread: id, tokens: before})})
  }

  function use({id, name, detail}: Extract<CodexEvent, {type: 'tool'}>): void {
    if (tools.has(id)) return
    tools.add(id)
    emit({type: 'tool', name, detail})
    // An answer that is not seen shows in the tool that it asks for.
    if (answers === 0) countTurn()
  }

  function onAnswer(total: Tokens): void {
    if (isSame(total, turn.total)) return
    answers += 1
    if (answers > turns) countTurn()
    spend(total)
  }

  function countTurn(): void {
    turns += 1
    emit({type: 'turn'})
  }

  function spend(total: Tokens): void {
    if (isSame(total, turn.total)) return
    turn = {...turn, total}
    emit({type: 'usage', usage: toUsage(since(before, total))})
    if (turn.thread !== undefined) emit({type: 'session', id: formatSession({thread: turn.thread, tokens: total})})
  }
}
