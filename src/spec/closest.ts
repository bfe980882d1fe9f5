import {closest} from 'fastest-levenshtein'

/** Enough to compare; the work grows with the number of names and the square of their length. */
const MAX_NAMES = 20
const MAX_LENGTH = 80

/** The name that was probably meant; `undefined` when there is none to choose from. */
export function findClosest(name: string, names: readonly string[]): string | undefined {
  const candidates = names.slice(0, MAX_NAMES).map((candidate) => candidate.slice(0, MAX_LENGTH))
  return candidates.length === 0 ? undefined : closest(name.slice(0, MAX_LENGTH), candidates)
}
