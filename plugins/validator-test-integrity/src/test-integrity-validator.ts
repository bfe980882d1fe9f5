import type {Validator, Verdict} from 'conduct-cli/plugin'

/** Compares tests, and all that decides whether they count, with the base commit. Starts no program. */
export const testIntegrityValidator: Validator = {
  name: 'test-integrity',
  applies: () => true,
  async run(input) {
    if (input.baseFiles === undefined) return WITHOUT_BASE
    // The grammars are loaded by those who need them.
    const {checkIntegrity} = await import('./check-integrity.ts')
    return checkIntegrity(input)
  },
}

const WITHOUT_BASE: Verdict = {
  status: 'skip',
  executed: null,
  findings: [],
  evidence: 'There is no base to compare with: name the commit that the work began from, `conduct validate --since main`.',
}
