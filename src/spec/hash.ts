import {createHash} from 'node:crypto'

/** sha256 of a spec, in hex: the same text, and only that, gives the same hash. */
export function hashSpec(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
