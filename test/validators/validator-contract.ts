import {validatorContract as contract} from '../../src/plugin-testing.ts'
import type {ValidatorUnderTest} from '../../src/plugin-testing.ts'

export interface ContractCase extends ValidatorUnderTest {
  /** Called before the tests; `this.skip()` it there when a tool is missing. */
  before?(this: Mocha.Context): void
}

/** The tests every validator must pass: those that plugin authors have. */
export function validatorContract({before: prepare, ...subject}: ContractCase): void {
  describe('the contract', () => {
    if (prepare) before(prepare)
    contract(subject)
  })
}
