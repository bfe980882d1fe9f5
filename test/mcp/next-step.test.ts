import assert from 'node:assert/strict'
import {nextStep} from '../../src/mcp/next-step.ts'
import type {TaskStateView} from '../../src/tasks/operations/schemas.ts'

const SHA = 'a'.repeat(40)

function state(phases: readonly Partial<TaskStateView['phases'][number]>[], more: Partial<TaskStateView> = {}): TaskStateView {
  return {
    task_id: 't1',
    status: 'running',
    description: 'A greeter',
    working_directory: '/project',
    base: {branch: 'main', sha: SHA},
    spec: '.spec/SPEC.md',
    phases_complete: [],
    current_phase: phases.length === 0 ? null : 'Phase 1: Words',
    phases: phases.map((phase) => ({name: 'Phase 1: Words', status: 'running', modules: [], validation: null, criteria: [], ...phase})),
    checkpoints: 0,
    last_checkpoint: null,
    reason: null,
    exit_code: null,
    ...more,
  }
}

const modules = [
  {name: 'greeting', status: 'pending' as const},
  {name: 'name', status: 'complete' as const},
]

describe('what a tool says comes next', () => {
  for (const [what, tool, view, expected] of [
    ['the phases, once a task has begun', 'start_task', state([{}]), 'get_phases(task_id: "t1").'],
    [
      'a spec, where there is none',
      'start_task',
      state([], {spec: null}),
      'There is no spec, so there are no phases: ask the user for one.',
    ],
    [
      'the modules that are open',
      'get_task_state',
      state([{modules}]),
      'Phase 1: Words: create_worktree for each module that has none, an agent in each, then merge_module. Open: greeting.',
    ],
    [
      'the checks, once all is merged',
      'get_task_state',
      state([{modules: modules.slice(1)}]),
      'validate_phase(phase_name: "Phase 1: Words").',
    ],
    [
      'the checkpoint of a phase that passed',
      'get_task_state',
      state([{validation: {passed: true, sha: SHA}}]),
      'create_checkpoint(phase: "Phase 1: Words"), then mark_phase_complete with its id.',
    ],
    [
      'the next phase',
      'mark_phase_complete',
      state([{}]),
      'cleanup_worktrees, then Phase 1: Words: create_worktree for each of its modules.',
    ],
    ['the end after the last one', 'mark_phase_complete', state([]), 'every phase is complete: cleanup_worktrees, then complete_task.'],
    ['the user, when it is over', 'get_task_state', state([], {status: 'cancelled'}), 'report to the user: the task is cancelled.'],
  ] as const) {
    it(`is ${what}`, () => assert.equal(nextStep(tool, view, {}), expected))
  }

  it('is a repair after checks that failed, never the checkpoint alone', () => {
    const failed = nextStep('get_task_state', state([{validation: {passed: false, sha: SHA}}]), {}) ?? ''
    assert.match(failed, /failed its last validation\. .*validate_phase.*a fix-executor/)
    assert.doesNotMatch(failed, /mark_phase_complete|complete_task/)
  })

  it('is nothing where a list was asked for', () => assert.equal(nextStep('list_worktrees', {worktrees: []}, {}), undefined))
})
