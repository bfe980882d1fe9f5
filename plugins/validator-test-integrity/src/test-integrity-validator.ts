import type {Validator} from 'conduct-cli/plugin'

/** Compares tests, and all that decides whether they count, with the base commit. Starts no program. */
export const testIntegrityValidator: Validator = {
  name: 'test-integrity',
  // Without a base there is nothing to compare with.
  applies: ({baseFiles}) => baseFiles !== undefined,
  // The grammars are loaded by those who need them.
  run: async (input) => (await import('./check-integrity.ts')).checkIntegrity(input),
}
