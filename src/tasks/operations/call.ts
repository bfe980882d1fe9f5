import type {z} from 'zod'
import {ConductError} from '../../errors.ts'
import type {EventData} from '../../events.ts'
import {GitError} from '../../git/git.ts'
import {findAnswer, type TaskState} from '../state.ts'
import type {TaskLog} from '../task-log.ts'
import type {CallServices, Operation, OperationServices} from './operation.ts'

/**
 * Calls an operation with unchecked input: the one way in, for commands and MCP tools alike.
 *
 * A `request_id` seen before on this task answers with the first result. To look it up, to act and to note the answer is one
 * turn under the task's lease, so of two equal requests at the same moment one acts and both get its answer. The answer is
 * written with the last event of the operation, all or none; when the process dies before that, the same request goes on from
 * what is there, as a repeated call without an id would: to what git has already been told nothing is added.
 *
 * @throws {ConductError} `USAGE` when the input does not fit, or when the id was used for another operation.
 */
export async function callOperation<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: unknown,
  services: OperationServices,
): Promise<z.output<Output>> {
  const parsed = operation.input.safeParse(input)
  if (!parsed.success) throw badInput(operation.name, parsed.error)
  const {task_id: taskId, request_id: requestId} = parsed.data as {task_id?: string; request_id?: string}
  const {withTask, signal} = services
  const call: CallServices = {...services, withTask: (id, use) => withTask(id, use, signal), conclude}
  try {
    if (taskId === undefined || requestId === undefined) return await operation.handle(parsed.data, call)
    const answerIn = ({state}: TaskLog) => answerOf(operation, state, requestId)
    // The first answer holds whoever has the task by now.
    const known = answerIn(await services.readTask(taskId))
    return known ?? (await call.withTask(taskId, async (log) => answerIn(log) ?? actOnce(operation, parsed.data, {call, log, requestId})))
  } catch (error) {
    throw error instanceof GitError ? gitFailed(error) : error
  }
}

/** A file that may not be read, a repository that is broken: git says what it is, and only a person can mend it. */
const gitFailed = (error: GitError) =>
  new ConductError(
    'GIT_FAILED',
    `git ${error.args[0]} failed: ${error.stderr.trim() || `exit code ${error.exitCode}`}`,
    ['Mend what git names, then run the command again.'],
    error,
  )

interface Turn {
  readonly call: CallServices
  readonly log: TaskLog
  readonly requestId: string
}

async function actOnce<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.output<Input>,
  {call, log, requestId}: Turn,
): Promise<z.output<Output>> {
  const answered = (result: unknown): EventData => ({type: 'request.answered', request_id: requestId, operation: operation.name, result})
  let isAnswered = false
  const result = await operation.handle(input, {
    ...call,
    // Its lease is held already.
    withTask: (_taskId, use) => use(log),
    conclude: async (_log, events, view) => {
      const result = view(log.preview(events))
      await log.append(...events, answered(result))
      isAnswered = true
      return result
    },
  })
  if (!isAnswered) await log.append(answered(result))
  return result
}

const conclude: CallServices['conclude'] = async (log, events, view) => {
  if (events.length > 0) await log.append(...events)
  return view(log.state)
}

function answerOf<Input extends z.ZodObject, Output extends z.ZodObject>(
  {name, output}: Operation<Input, Output>,
  state: TaskState,
  requestId: string,
): z.output<Output> | undefined {
  const answer = findAnswer(state, requestId)
  if (answer === undefined) return undefined
  if (answer.operation === name) return output.parse(answer.result)
  throw new ConductError('USAGE', `The request id ${requestId} was used for ${answer.operation}.`, ['Use a fresh id for each request.'])
}

function badInput(name: string, error: z.ZodError): ConductError {
  const problems = error.issues.map(({path, message}) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
  return new ConductError('USAGE', `${name}: ${problems.join(' ')}`, ['Correct that, and call it again.'])
}
