import {folderOf, foldersAbove, type Tree} from './tree.ts'

/**
 * If a `.gitignore` of the tree names the path or a folder above it: then it is made by a build, and its absence from a
 * checkout says nothing. Knows the patterns that people write for such folders, not every corner of the format.
 */
export async function isIgnored(path: string, tree: Tree): Promise<boolean> {
  for (const folder of foldersAbove(folderOf(path))) {
    const file = folder === '' ? '.gitignore' : `${folder}/.gitignore`
    const text = await tree.readText(file)
    const below = folder === '' ? path : path.slice(folder.length + 1)
    if (text !== undefined && matches(below, text)) return true
  }
  return false
}

function matches(path: string, text: string): boolean {
  const prefixes = foldersAbove(path).filter((prefix) => prefix !== '')
  let isMatch = false
  for (const line of text.split(/\r?\n/)) {
    const pattern = line.trim()
    // Many stars are a trap for the matcher, not a pattern.
    if (pattern === '' || pattern.startsWith('#') || pattern.split(/[*?]+/).length > 5) continue
    const isNegated = pattern.startsWith('!')
    const expression = toExpression(isNegated ? pattern.slice(1) : pattern)
    if (prefixes.some((prefix) => expression.test(prefix))) isMatch = !isNegated
  }
  return isMatch
}

function toExpression(pattern: string): RegExp {
  const bare = pattern.replace(/\/$/, '')
  const isAnchored = bare.includes('/')
  const body = bare
    .replace(/^\//, '')
    .split(/(\*\*\/|\*+|\?)/)
    .map((part) => (part === '**/' ? '(?:.*/)?' : part.startsWith('*') ? '[^/]*' : part === '?' ? '[^/]' : escape(part)))
    .join('')
  return new RegExp(`${isAnchored ? '^' : '(?:^|/)'}${body}$`)
}

function escape(text: string): string {
  return text.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
}
