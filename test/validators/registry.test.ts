import assert from 'node:assert/strict'
import {ConductError} from '../../src/errors.ts'
import {createValidatorRegistry} from '../../src/validators/registry.ts'
import {selectValidators} from '../../src/validators/select.ts'
import {createCheckout} from './support.ts'

const named = (name: unknown) => ({name, applies: () => true, run: async () => ({status: 'pass', executed: 1, findings: []})})

function throwsConductError(code: string, says: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ConductError)
    assert.equal(error.code, code)
    assert.match([error.message, ...error.suggestions].join('\n'), says)
    return true
  }
}

describe('the registry of validators', () => {
  it('gives back what was added, in alphabetical order', () => {
    const registry = createValidatorRegistry()
    registry.add(named('todo'), 'a')
    registry.add(named('files'), 'b')
    assert.deepEqual([registry.names(), registry.get('todo')?.name, registry.get('none')], [['files', 'todo'], 'todo', undefined])
  })

  for (const nonsense of [
    undefined,
    null,
    'todo',
    {},
    named('../x'),
    named('A b'),
    {...named('x'), run: 1},
    {...named('x'), applies: undefined},
  ]) {
    it(`blames the plugin that gave ${JSON.stringify(nonsense)}`, () => {
      assert.throws(
        () => createValidatorRegistry().add(nonsense, '@x/plugin'),
        throwsConductError('PLUGIN_BROKEN', /@x\/plugin gave a validator that is none/),
      )
    })
  }

  it('blames the second of two plugins with one name', () => {
    const registry = createValidatorRegistry()
    registry.add(named('todo'), 'one')
    assert.throws(
      () => registry.add(named('todo'), 'two'),
      throwsConductError('PLUGIN_BROKEN', /two brings the validator `todo`, which one brought/),
    )
  })
})

describe('selectValidators', () => {
  const registry = createValidatorRegistry()
  for (const name of ['todo', 'files', 'npm-test']) registry.add(named(name), 'core')

  it('takes all that are registered when the configuration does not say', async () => {
    const selected = await selectValidators(undefined, registry, {projectDir: '/'})
    assert.deepEqual(
      selected.map(({validator}) => validator.name),
      ['files', 'npm-test', 'todo'],
    )
  })

  it("keeps the configuration's order and options", async () => {
    const selected = await selectValidators(['todo', {use: 'files', options: {a: 1}}], registry, {projectDir: '/'})
    assert.deepEqual(
      selected.map(({validator, options}) => [validator.name, options]),
      [
        ['todo', undefined],
        ['files', {a: 1}],
      ],
    )
  })

  it('names every unknown validator, and the one that was meant', async () => {
    const selection = selectValidators(['npm-tst', 'zzz'], registry, {projectDir: '/'})
    await assert.rejects(
      selection,
      throwsConductError('CONFIG_INVALID', /`npm-tst`, `zzz`[^]*Did you mean `npm-test`\?[^]*files, npm-test, todo/),
    )
  })

  it('reads a local file of the project', async () => {
    const text = "export default {name: 'no-print', applies: () => true, run: async () => ({status: 'pass', executed: 1, findings: []})}\n"
    const checkout = await createCheckout({'tools/no-print.mjs': text})
    const [selected] = await selectValidators(['./tools/no-print.mjs'], registry, {projectDir: checkout.cwd})
    assert.equal(selected?.validator.name, 'no-print')
  })

  for (const [what, text] of [
    ['does not parse', 'export default {'],
    ['exports nothing', 'export {}'],
  ]) {
    it(`names a local file that ${what}`, async () => {
      const checkout = await createCheckout({'bad.mjs': text ?? ''})
      await assert.rejects(
        selectValidators(['./bad.mjs'], registry, {projectDir: checkout.cwd}),
        throwsConductError('PLUGIN_BROKEN', /\.\/bad\.mjs/),
      )
    })
  }

  it('names a local file that is not there', async () => {
    await assert.rejects(selectValidators(['./none.ts'], registry, {projectDir: '/'}), throwsConductError('PLUGIN_BROKEN', /\.\/none\.ts/))
  })
})
