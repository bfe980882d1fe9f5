import {ConductError} from '../errors.ts'
import {findClosest} from './closest.ts'
import type {Phase, Spec} from './spec.ts'

/**
 * The phase that a person means by its heading, its title or its number.
 *
 * @throws {ConductError} `PHASE_NOT_FOUND` with the one that was probably meant
 */
export function findPhase({phases}: Spec, wanted: string): Phase {
  const text = wanted.trim().toLowerCase()
  const found = phases.find(({name, title, index}) => [name.toLowerCase(), title.toLowerCase(), String(index)].includes(text))
  if (found) return found
  const meant = findClosest(
    wanted,
    phases.flatMap(({name, title}) => [name, title]),
  )
  const list = phases.map(({name}) => name).join(', ')
  throw new ConductError('PHASE_NOT_FOUND', `The spec has no phase ${wanted}.`, [
    ...(meant === undefined ? [] : [`Did you mean "${meant}"?`]),
    `It has: ${list}`,
  ])
}
