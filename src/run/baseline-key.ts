import {createHash} from 'node:crypto'

/** Names what a baseline was taken of: one commit, one script. */
export function baselineKey(baseSha: string, script: string): string {
  return createHash('sha256').update(`${baseSha}\0${script}`).digest('hex').slice(0, 16)
}
