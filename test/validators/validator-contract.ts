import assert from 'node:assert/strict'
import type {NamedVerdict} from '../../src/events.ts'
import type {Phase} from '../../src/spec/spec.ts'
import type {Validator} from '../../src/validators/validator.ts'
import {createCheckout, createPhase, snapshot, validateCheckout, type Checkout} from './support.ts'

type Files = Readonly<Record<string, string>>

export interface ContractCase {
  readonly validator: Validator
  /** A tree that has nothing for it. */
  readonly nothing: Files
  /** The commit that the trees are compared with; none when absent. */
  readonly base?: Files
  readonly good: Files
  readonly bad: Files
  readonly phase?: Partial<Phase>
  /** Called before the tests; `this.skip()` it there when a tool is missing. */
  before?(this: Mocha.Context): void
}

/** The tests every validator must pass. */
export function validatorContract({validator, nothing, base, good, bad, phase, before: prepare}: ContractCase) {
  describe(`${validator.name} as a Validator`, () => {
    if (prepare) before(prepare)

    it('has a kebab-case name', () => {
      assert.match(validator.name, /^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    })

    it('is skipped where it has nothing to check', async () => {
      const checkout = await createCheckout(nothing, base)
      const verdict = await ask(checkout)
      assert.deepEqual([verdict.status, verdict.findings], ['skip', []])
    })

    it('passes a good tree, and says how much it checked', async () => {
      const checkout = await createCheckout(good, base)
      const verdict = await ask(checkout)
      assert.equal(verdict.status, 'pass', JSON.stringify(verdict))
      assert.notEqual(verdict.executed, 0)
      assert.notEqual(verdict.evidence, '')
    })

    it('fails a bad tree, with findings that say what and where', async () => {
      const checkout = await createCheckout(bad, base)
      const verdict = await ask(checkout)
      assert.equal(verdict.status, 'fail')
      assert.ok(verdict.findings.length > 0)
      for (const {message, file, line} of verdict.findings) {
        assert.notEqual(message.trim(), '')
        if (file !== undefined) assert.ok(!file.startsWith('/'), file)
        if (line !== undefined) assert.ok(line >= 1)
      }
    })

    it('gives the same verdict for the same tree', async () => {
      const checkout = await createCheckout(bad, base)
      const [first, second] = [await ask(checkout), await ask(checkout)]
      assert.deepEqual([second.status, second.executed, second.findings], [first.status, first.executed, first.findings])
    })

    it('changes nothing in the tree', async () => {
      const checkout = await createCheckout(good, base)
      const before = await snapshot(checkout.cwd)
      await ask(checkout)
      assert.deepEqual(await snapshot(checkout.cwd), before)
    })

    it('settles when it is stopped', async () => {
      const checkout = await createCheckout(good, base)
      const {verdicts} = await validateCheckout(checkout, {validators: [{validator, options: undefined}], signal: AbortSignal.abort()})
      assert.equal(verdicts.length, 1)
    })

    async function ask(checkout: Checkout): Promise<NamedVerdict> {
      const phaseOfTree = createPhase({...phase})
      const {verdicts} = await validateCheckout(checkout, {validators: [{validator, options: undefined}], phase: phaseOfTree})
      const verdict = verdicts.find((candidate) => candidate.validator === validator.name)
      assert.ok(verdict)
      return verdict
    }
  })
}
