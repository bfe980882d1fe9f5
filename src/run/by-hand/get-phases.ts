import * as z from 'zod'
import {toPhaseJson} from '../../spec/to-json.ts'
import {defineOperation} from '../../tasks/operations/operation.ts'
import {status, taskId} from '../../tasks/operations/schemas.ts'
import {phaseStatus} from '../../tasks/views.ts'

const phase = z.object({
  phase: z.int().describe('Position in the spec, from 1: the order to build them in.'),
  name: z.string(),
  title: z.string().describe('The name without its number.'),
  status,
  tasks: z.array(z.string()),
  modules: z.array(
    z.object({
      name: z.string(),
      slug: z.string().describe('What create_worktree and merge_module take.'),
      owns: z.array(z.string()).describe('Globs of the files that only this module should touch.'),
    }),
  ),
  test_command: z.string(),
  success_criteria: z.array(
    z.object({
      id: z.string().describe('`p2.c1`: the first criterion of the second phase.'),
      text: z.string(),
      code: z.array(z.string()),
      check: z.string().nullable().describe('A command that must exit 0, when the spec gives one.'),
      line: z.int(),
    }),
  ),
  gotchas: z.array(z.string()),
  files: z.array(z.string()).describe('Globs that must match something after the phase.'),
  depends_on: z.array(z.string()),
  allow_todo: z.boolean(),
  setup_command: z.string().nullable(),
  timeout_ms: z.number().nullable(),
  agent: z.string().nullable(),
  line: z.int().describe('Where it begins in the spec, from 1.'),
})

export const getPhases = defineOperation({
  name: 'get_phases',
  title: 'Get phases',
  summary: 'Read the phases of the frozen spec: modules, tasks, test command, success criteria, gotchas, in the order to build them in.',
  isReadOnly: true,
  input: z.strictObject({task_id: taskId}),
  output: z.object({spec: z.string().nullable(), phases: z.array(phase)}),
  async handle({task_id}, {readTask}) {
    const {state} = await readTask(task_id)
    const phases = state.phases.map((current) => phase.parse({...toPhaseJson(current.phase), status: phaseStatus(current)}))
    return {spec: state.started.spec?.path ?? null, phases}
  },
})
