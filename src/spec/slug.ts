const MAX_LENGTH = 63
const SAFE = /^[a-z0-9][a-z0-9._-]{0,62}$/
/** Names that Windows keeps for devices, with any ending. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/

/** Why a name cannot be used for a folder and a branch; `undefined` when it can, in lower case. */
export function explainUnsafeName(name: string): string | undefined {
  const folded = name.toLowerCase()
  if (name === '') return 'it is empty'
  if (name.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`
  if (/[\p{Cc}\p{Cf}]/u.test(name)) return 'it has a control character'
  if (/\s/u.test(name)) return 'it has a blank'
  if (/[/\\]/.test(name)) return 'it has a slash'
  if (name.startsWith('-')) return 'it begins with a dash, like an option'
  if (!SAFE.test(folded)) return 'it may only have letters, digits, ".", "_" and "-", and begins with a letter or digit'
  if (folded.includes('..') || folded.endsWith('.')) return 'it has two dots in a row, or one at its end'
  if (folded.endsWith('.lock')) return 'git keeps names that end in ".lock" for itself'
  return RESERVED.test(folded) ? 'Windows keeps it for a device' : undefined
}

/** A name for a folder and a branch: `^[a-z0-9][a-z0-9._-]{0,62}$`. Safe names stay as they are, but for letter case. */
export function slugify(name: string): string {
  const plain = name
    .slice(0, 10 * MAX_LENGTH)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/\.{2,}/g, '.')
  return makeSafe(plain.replace(/^[^a-z0-9]+/, '').slice(0, MAX_LENGTH))
}

function makeSafe(name: string): string {
  if (explainUnsafeName(name) === undefined) return name
  const trimmed = trimEnd(name)
  if (trimmed === '') return 'module'
  return RESERVED.test(trimmed) ? `module-${trimmed}`.slice(0, MAX_LENGTH) : trimmed
}

/** Without dots, dashes and `.lock` at its end, however often. */
function trimEnd(name: string): string {
  let rest = name
  for (;;) {
    const shorter = rest.replace(/(?:[.-]|\.lock)$/, '')
    if (shorter === rest) return rest
    rest = shorter
  }
}
