import type {ValidatorInput} from 'conduct-cli/plugin'
import picomatch from 'picomatch'

/**
 * Which files the project's `.gitattributes` call generated or vendored. What the task itself wrote there does not count:
 * its own code is its own to finish.
 */
export async function readGenerated({files, readText, addedLines, changedFiles}: ValidatorInput): Promise<(file: string) => boolean> {
  const name = '.gitattributes'
  const text = files.includes(name) ? await readText(name) : undefined
  const added = text !== undefined && changedFiles.includes(name) ? await addedLines(name) : new Set<number>()
  const lines = (text ?? '').split('\n').filter((_, index) => !added.has(index + 1))
  const matchers = lines.flatMap(patternIn).map((pattern) => picomatch(pattern, {dot: true}))
  return (file) => matchers.some((matches) => matches(file))
}

/** `/api/*.go linguist-generated` as a glob of the whole path. */
function patternIn(line: string): readonly string[] {
  const [pattern = '', ...attributes] = line.trim().split(/\s+/)
  const isForeign = attributes.some((attribute) => /^linguist-(?:generated|vendored)(?:=true)?$/.test(attribute))
  if (!isForeign || pattern.startsWith('#')) return []
  const plain = pattern.replace(/^\//, '')
  return plain.includes('/') ? [plain] : [plain, `**/${plain}`]
}
