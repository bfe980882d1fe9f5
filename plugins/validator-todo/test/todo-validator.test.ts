import assert from 'node:assert/strict'
import {createCheckout, createPhase, validateCheckout} from '../../../test/validators/support.ts'
import {validatorContract} from '../../../test/validators/validator-contract.ts'
import {todoValidator} from '../src/todo-validator.ts'

validatorContract({
  validator: todoValidator,
  nothing: {'README.md': '# TODO\n', 'data.json': '{"todo": "TODO"}\n'},
  good: {'src/a.js': 'export const todoList = ["TODO"] // the list\n'},
  bad: {'src/a.js': 'export const a = 1\n// TODO: the rest\n'},
})

describe('todo', () => {
  const validators = [{validator: todoValidator, options: undefined}]

  it('is skipped in a phase that allows them', async () => {
    const checkout = await createCheckout({'a.py': '# TODO\n'})
    const {verdicts} = await validateCheckout(checkout, {validators, phase: createPhase({allowTodo: true})})
    assert.equal(verdicts[1]?.status, 'skip')
  })

  it('blames only lines that the task added', async () => {
    const checkout = await createCheckout({'a.py': '# TODO: old\nx = 1\n# FIXME: new\n'})
    const tree = {...checkout.tree, addedLines: async () => new Set([3])}
    const {verdicts} = await validateCheckout(checkout, {validators, tree})
    assert.deepEqual(verdicts[0]?.findings, [{message: 'Unfinished work: # FIXME: new', file: 'a.py', line: 3}])
  })

  it('reads no file that the task deleted', async () => {
    const checkout = await createCheckout({'a.py': 'x = 1\n'})
    const tree = {...checkout.tree, changedFiles: ['a.py', 'gone.py']}
    assert.equal((await validateCheckout(checkout, {validators, tree})).verdicts[0]?.status, 'pass')
  })
})
