import {posix} from 'node:path'
import {parseSource, type SourceImport, type SourceTree} from '@conduct-cli/source'
import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison} from '../comparison.ts'

const LIBRARY =
  /^(?:node:)?assert(?:\/strict)?$|^(?:chai|expect|vitest|@jest\/globals|should|power-assert|uvu\/assert|tape|@playwright\/test|jsr:@std\/(?:assert|expect).*|@std\/(?:assert|expect))$/
const WORDS = /\b(?:assert\w*|expect|should)\b/

/** A test that takes `assert` from a file of the project now, in which nothing can fail. */
export async function findOwnAsserts(comparison: Comparison): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const change of comparison.changes) {
    for (const {imported, target} of ownAsserts(change, comparison)) {
      const text = await comparison.readText(target)
      if (text === undefined || canFail(parseSource(target, text))) continue
      const message = `The assertions of this test come from \`${target}\`, in which nothing can fail. Use the library's.`
      findings.push({message, file: change.file, line: imported.line})
    }
  }
  return findings
}

function ownAsserts({file, base, head}: Change, {files}: Comparison): readonly {imported: SourceImport; target: string}[] {
  const [before, now] = [base?.source, head?.source]
  if (!before || !now || !head?.isTest || !before.imports.some(({specifier}) => LIBRARY.test(specifier))) return []
  return now.imports.flatMap((imported) => {
    const isNew = !before.imports.some(({specifier}) => specifier === imported.specifier)
    const words = now.textOf(imported).slice(0, -imported.specifier.length - 2)
    if (!isNew || !imported.specifier.startsWith('.') || !WORDS.test(words)) return []
    const path = posix.join(posix.dirname(file), imported.specifier)
    const target = [path, ...['.js', '.ts', '.mjs', '.cjs', '/index.js', '/index.ts'].map((end) => path + end)].find((each) =>
      files.includes(each),
    )
    return target === undefined ? [] : [{imported, target}]
  })
}

/** It throws, or hands over what a library does. */
function canFail(source: SourceTree | undefined): boolean {
  return source?.tree === undefined || /\bthrow\b|\.fail\(/.test(source.text) || source.imports.length > 0
}
