import {join} from 'node:path'
import type {Subject} from '../events.ts'
import type {Places} from '../tasks/places.ts'
import {subjectKey} from '../tasks/state.ts'

/** `base/`, `ours/` and `theirs/` of the conflicted files. */
export function sidesFolder({places}: {readonly places: Places}, subject: Subject): string {
  return join(places.sides, subjectKey(subject).replaceAll('/', '-'))
}
