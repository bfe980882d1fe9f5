import assert from 'node:assert/strict'
import {renderBrief} from '../../src/agents/brief.ts'
import {operations} from '../../src/tasks/operations/all.ts'

describe('the brief of an orchestrating agent', () => {
  it('names only tools that exist, and all that its workflow needs', () => {
    const known = [...operations.map(({name}) => name), 'get_phases', 'validate_phase', 'merge_module']
    const named = new Set([...renderBrief('').matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, name = '']) => name))
    const data = new Set(['task_id', 'request_id', 'working_directory'])
    assert.deepEqual(
      [...named].filter((name) => !known.includes(name) && !data.has(name)),
      [],
    )
    const optional = new Set(['list_worktrees', 'list_checkpoints'])
    assert.deepEqual(
      known.filter((name) => !named.has(name) && !optional.has(name)),
      [],
    )
  })

  it('carries the request as it is, and leaves no placeholder', () => {
    const request = "Build the ledger; costs $& and $1, {{module}} and '$$'"
    const brief = renderBrief(request)
    assert.ok(brief.includes(`## The request\n\n${request}\n`))
    assert.ok(!brief.includes('{{request}}'))
  })
})
