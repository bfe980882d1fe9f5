import {completable, type GetPromptResult, type McpServer} from '@modelcontextprotocol/server'
import * as z from 'zod'
import {renderBrief} from '../agents/brief.ts'
import {completeModule, completePhaseName, completeTaskId} from './completion.ts'
import {fixText, implementText, mergeText, readPromptTask} from './prompt-texts.ts'
import {toProtocolErrors} from './protocol-errors.ts'
import type {McpServices} from './services.ts'

type Operations = McpServices['operations']

/** The brief of an orchestrating agent, and what it tells the agents that it launches. */
export function registerPrompts(server: McpServer, {operations}: McpServices): void {
  const fields = argumentsOf(operations)
  registerConduct(server, operations, fields)
  server.registerPrompt(
    'implement-module',
    {
      title: 'Implement a module',
      description: 'What an implementation-executor is told: the module, its worktree, the tasks, the test command, criteria and gotchas.',
      argsSchema: z.object({task_id: fields.taskId, module: fields.module}),
    },
    ({task_id, module}) => prompt('implement-module', async () => implementText(await readPromptTask(task_id, operations), module)),
  )
  server.registerPrompt(
    'fix',
    {
      title: 'Fix what a validation found',
      description: 'What a fix-executor is told: the checks that failed in the last validation of a phase, and what they found.',
      argsSchema: z.object({
        task_id: fields.taskId,
        module: fields.module.optional(),
        phase: fields.phase.optional(),
        worktree: z
          .string()
          .describe('Worktree for the repair; the latest that belongs to no module when neither it nor a module is named.')
          .optional(),
      }),
    },
    ({task_id, ...request}) => prompt('fix', async () => fixText(await readPromptTask(task_id, operations), request)),
  )
  server.registerPrompt(
    'merge',
    {
      title: 'Merge modules',
      description: 'What a synthesis-architect is told of a module that conflicts; when none does, what is to be merged, in which order.',
      argsSchema: z.object({task_id: fields.taskId, module: fields.module.optional()}),
    },
    ({task_id, module}) => prompt('merge', async () => mergeText(await readPromptTask(task_id, operations), module)),
  )
}

function registerConduct(server: McpServer, operations: Operations, {taskId}: ReturnType<typeof argumentsOf>): void {
  const argsSchema = z.object({
    task_id: taskId.optional(),
    spec: z.string().describe('Path of the spec, relative to the repository; .spec/SPEC.md when absent.').optional(),
    description: z.string().describe('What is to be built, in a line.').optional(),
  })
  const config = {
    title: 'Conduct a specification',
    description: "The orchestrator's brief: build a SPEC.md phase by phase with agents of your own, and verify every phase.",
    argsSchema,
  }
  server.registerPrompt('conduct', config, (given) =>
    prompt('conduct', async () => {
      if (given.task_id !== undefined) await operations.readTask(given.task_id)
      return renderBrief(describeRequest(given))
    }),
  )
}

interface ConductArguments {
  readonly task_id?: string | undefined
  readonly spec?: string | undefined
  readonly description?: string | undefined
}

function describeRequest({task_id: taskId, spec, description}: ConductArguments): string {
  return [
    ...(description === undefined ? [] : [description]),
    ...(spec === undefined ? [] : [`The specification is \`${spec}\`: give it to \`start_task\` as \`spec\`.`]),
    ...(taskId === undefined ? [] : [`The task is ${taskId} already: go on with it. Begin with \`get_task_state(task_id: "${taskId}")\`.`]),
  ].join('\n\n')
}

function argumentsOf(operations: Operations) {
  const taskOf = (context: {readonly arguments?: Readonly<Record<string, string>>} = {}) => context.arguments?.['task_id']
  const offer = (values: Promise<string[]>) => toProtocolErrors('completion', values)
  return {
    taskId: completable(z.string().describe('Id of the task.'), (prefix) => offer(completeTaskId(prefix, operations))),
    module: completable(z.string().describe('Module of the phase that the task is at.'), (prefix, context) =>
      offer(completeModule(prefix, taskOf(context), operations)),
    ),
    phase: completable(z.string().describe('Name or number of the phase; the current one when absent.'), (prefix, context) =>
      offer(completePhaseName(prefix, taskOf(context), operations)),
    ),
  }
}

async function prompt(name: string, write: () => Promise<string>): Promise<GetPromptResult> {
  return {messages: [{role: 'user', content: {type: 'text', text: await toProtocolErrors(name, write())}}]}
}
