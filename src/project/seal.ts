import {createHash} from 'node:crypto'

/**
 * A file that `conduct init` wrote says so in one comment line, with a hash of the rest. So it can be told whether a
 * person changed it since, wherever it was committed, copied or moved to.
 */

/** Where the line goes in a text that is to be sealed. Both YAML and TOML take it as a comment. */
export const SEAL_LINE = '# {{seal}}'

const SEAL = /^# Made by `conduct init`; it keeps a file that you change\. sha256:([0-9a-f]{32})\r?\n/m

/** @param text with a `SEAL_LINE` in it */
export function sealText(text: string): string {
  const hash = hashOf(text.replace(`${SEAL_LINE}\n`, ''))
  return text.replace(SEAL_LINE, `# Made by \`conduct init\`; it keeps a file that you change. sha256:${hash}`)
}

/** Did `conduct init` write this, and has nobody changed it since? Line endings do not count: git changes them. */
export function isSealed(text: string): boolean {
  const seal = SEAL.exec(text)
  return seal !== null && seal[1] === hashOf(text.replace(SEAL, ''))
}

function hashOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex').slice(0, 32)
}
