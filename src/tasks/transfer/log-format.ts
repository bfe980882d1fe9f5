import type {EventData, TaskEvent} from '../../events.ts'
import {foldTask} from '../reduce.ts'
import type {TaskState} from '../state.ts'
import {problemOf} from './event-schema.ts'
import {badLine, type Line} from './log-lines.ts'

/** Grows when what is written changes its meaning. */
export const FORMAT = 1

/** First line: `{"conduct_export":1,"conduct_version":"0.1.0","exported_at":"…"}` */
export interface Header {
  readonly conduct_export: typeof FORMAT
  readonly conduct_version: string
  readonly exported_at: string
}

/** Last line: shows that nothing is missing at the end. */
export interface Footer {
  readonly end: true
  readonly tasks: number
  readonly events: number
}

/** One line an event, the tasks one after the other: `{"task_id":"k3f9","version":1,"at":"…","event":{"type":…}}` */
export interface EventLine {
  readonly task_id: string
  readonly version: number
  readonly at: string
  readonly event: EventData
}

export const toLine = (content: Header | Footer | EventLine): string => `${JSON.stringify(content)}\n`

export function toEventLine(taskId: string, {version, at, ...event}: TaskEvent): EventLine {
  return {task_id: taskId, version, at, event}
}

/** A whole log that was read from a file and is sound. */
export interface ReadTask {
  readonly taskId: string
  readonly events: readonly TaskEvent[]
  readonly state: TaskState
}

/**
 * The tasks of an export, each checked before it comes out. The file is sound only when this ends without throwing.
 *
 * @throws {ConductError} `LOG_INVALID` with the number of the line
 */
export async function* readTasks(lines: AsyncIterable<Line>): AsyncGenerator<ReadTask> {
  const seen = new Set<string>()
  let open: OpenTask | undefined
  let [last, events, hasEnded] = [0, 0, false]
  for await (const line of lines) {
    last = line.number
    const content = parse(line)
    if (last === 1) {
      checkHeader(content)
      continue
    }
    if (hasEnded) throw badLine(last, 'it stands behind the end')
    if (content['end'] === true) {
      if (open) yield finish(open)
      open = undefined
      checkFooter(content, {tasks: seen.size, events}, last)
      hasEnded = true
      continue
    }
    const {taskId, event} = toEvent(content, last)
    if (open?.taskId !== taskId) {
      if (open) yield finish(open)
      open = begin(taskId, seen, last)
    }
    add(open, event, last)
    events += 1
  }
  if (!hasEnded) throw badLine(last + 1, 'the end is missing, so the file is cut off')
}

interface OpenTask {
  readonly taskId: string
  readonly events: TaskEvent[]
  lastLine: number
}

type Content = Readonly<Record<string, unknown>>

function parse({number, text}: Line): Content {
  let content: unknown
  try {
    content = JSON.parse(text)
    // What is nested too deep to be written again is refused here.
    JSON.stringify(content)
  } catch {
    throw badLine(number, 'it is no JSON')
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw badLine(number, 'it is no JSON object')
  return content as Content
}

function checkHeader({conduct_export: format}: Content): void {
  if (format === FORMAT) return
  if (typeof format !== 'number') throw badLine(1, 'it is not the header of an export of conduct')
  throw badLine(1, `its format is ${format}, and this version of conduct knows ${FORMAT}`)
}

function checkFooter({tasks, events}: Content, found: {readonly tasks: number; readonly events: number}, line: number): void {
  if (tasks === found.tasks && events === found.events) return
  throw badLine(line, `it tells of ${String(tasks)} tasks and ${String(events)} events, but ${found.tasks} and ${found.events} came before`)
}

const TASK_ID = /^[a-z0-9][a-z0-9-]{0,62}$/
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

function toEvent({task_id: taskId, version, at, event}: Content, line: number): {readonly taskId: string; readonly event: TaskEvent} {
  if (typeof taskId !== 'string' || !TASK_ID.test(taskId)) throw badLine(line, `${JSON.stringify(taskId)} is no id of a task`)
  if (typeof at !== 'string' || !TIME.test(at) || Number.isNaN(Date.parse(at))) throw badLine(line, `${JSON.stringify(at)} is no time`)
  const problem = problemOf(event)
  if (problem !== undefined) throw badLine(line, problem)
  // `problemOf` has found that it is one.
  return {taskId, event: {...(event as EventData), version: version as number, at}}
}

function begin(taskId: string, seen: Set<string>, line: number): OpenTask {
  if (seen.has(taskId)) throw badLine(line, `task ${taskId} came before`)
  seen.add(taskId)
  return {taskId, events: [], lastLine: line}
}

function add(task: OpenTask, event: TaskEvent, line: number): void {
  const next = task.events.length + 1
  if (event.version !== next)
    throw badLine(line, `version ${next} of task ${task.taskId} must come here, not ${JSON.stringify(event.version)}`)
  const isStart = event.type === 'task.started'
  if (isStart !== (next === 1)) throw badLine(line, `the log of a task begins with task.started, once, and not with ${event.type}`)
  if (isStart && event.task_id !== task.taskId) throw badLine(line, `it starts task ${event.task_id} in the log of ${task.taskId}`)
  task.events.push(event)
  task.lastLine = line
}

/** Every event fits for itself; whether they fit together shows when they are folded. */
function finish({taskId, events, lastLine}: OpenTask): ReadTask {
  try {
    const state = foldTask(events)
    if (state) return {taskId, events, state}
  } catch {
    // Told below.
  }
  throw badLine(lastLine, `the events of task ${taskId} do not make a task`)
}
