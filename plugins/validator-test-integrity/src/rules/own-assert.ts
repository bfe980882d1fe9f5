import {posix} from 'node:path'
import {parseSource, type SourceImport, type SourceTree} from '@conduct-cli/source'
import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison} from '../comparison.ts'
import {nodesIn} from '../ranges.ts'

const LIBRARY =
  /^(?:node:)?assert(?:\/strict)?$|^(?:chai|expect|vitest|@jest\/globals|should|power-assert|uvu\/assert|tape|@playwright\/test|jsr:@std\/(?:assert|expect).*|@std\/(?:assert|expect))$/
const WORDS = /\b(?:assert\w*|expect|should)\b/

/** A test that takes `assert` from a file of the project now, in which nothing can fail. */
export async function findOwnAsserts(comparison: Comparison): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const change of comparison.changes) {
    findings.push(...ownValues(change))
    for (const {imported, target} of ownAsserts(change, comparison, await aliasesIn(comparison))) {
      const text = await comparison.readText(target)
      if (text === undefined || canFail(parseSource(target, text))) continue
      const message = `The assertions of this test come from \`${target}\`, in which nothing can fail. Use the library's.`
      findings.push({message, file: change.file, line: imported.line})
    }
  }
  return findings
}

/** `const assert = new Proxy(…)` where the library was imported before. */
function ownValues({file, base, head}: Change): readonly Finding[] {
  if (!head?.isTest) return []
  const [before, now] = [base?.source, head.source]
  if (!before || !now || !before.imports.some(({specifier}) => LIBRARY.test(specifier))) return []
  if (now.imports.some(({specifier}) => LIBRARY.test(specifier) && !RUNNER.test(specifier))) return []
  return nodesIn(now, {from: 0, to: now.text.length + 1}, ['VariableDeclaration']).flatMap((node) => {
    const text = now.textOf(node)
    const [, name, value = ''] = /^(?:const|let|var)\s+(assert|expect)\s*=\s*([\s\S]*)$/.exec(text) ?? []
    // A function is looked at among the replacements.
    if (
      name === undefined ||
      /^(?:async\s+)?(?:function\b|\w+\s*=>|\([^)]*\)\s*=>)|\bthrow\b|\brequire\(|\bimport\(|\bassert\b|\bexpect\b/.test(value)
    )
      return []
    const message = `\`${name}\` is made by the test itself, and cannot fail. Use the library's.`
    return [{message, file, line: now.lineOf(node.from)}]
  })
}

/** They bring assertions along with the tests. */
const RUNNER = /^(?:vitest|@jest\/globals|@playwright\/test)$/

/** What `imports` of the project's package.json stands for. */
async function aliasesIn({files, readText}: Comparison): Promise<ReadonlyMap<string, string>> {
  const text = files.includes('package.json') ? ((await readText('package.json')) ?? '') : ''
  return new Map([...text.matchAll(/"(#[\w/.-]+)"\s*:\s*"\.\/([^"]+)"/g)].map(([, name = '', target = '']) => [name, target]))
}

function ownAsserts(
  {file, base, head}: Change,
  {files}: Comparison,
  aliases: ReadonlyMap<string, string>,
): readonly {imported: SourceImport; target: string}[] {
  if (!head?.isTest) return []
  const [before, now] = [base?.source, head.source]
  if (!before || !now || !before.imports.some(({specifier}) => LIBRARY.test(specifier))) return []
  return now.imports.flatMap((imported) => {
    const isNew = !before.imports.some(({specifier}) => specifier === imported.specifier)
    const words = now.textOf(imported).slice(0, -imported.specifier.length - 2)
    const path = imported.specifier.startsWith('.') ? posix.join(posix.dirname(file), imported.specifier) : aliases.get(imported.specifier)
    if (!isNew || path === undefined || !WORDS.test(words)) return []
    const target = [path, ...['.js', '.ts', '.mjs', '.cjs', '/index.js', '/index.ts'].map((end) => path + end)].find((each) =>
      files.includes(each),
    )
    return target === undefined ? [] : [{imported, target}]
  })
}

/** It throws, or hands over what a library does, and catches nothing of that. */
function canFail(source: SourceTree | undefined): boolean {
  if (source?.tree === undefined) return true
  if (/\bcatch\s*(?:\(\w*\)\s*)?\{\s*\}/.test(source.text)) return false
  return /\bthrow\b|\.fail\(/.test(source.text) || source.imports.length > 0
}
