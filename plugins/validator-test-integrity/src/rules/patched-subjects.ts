import {posix} from 'node:path'
import {above, childNamed, childrenOf, parseSource, unquote, type SourceCall, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison} from '../comparison.ts'
import {isWithin, nodesIn} from '../ranges.ts'
import {isTestFile} from '../test-files.ts'
import {testsOf} from '../tests-of.ts'

/**
 * A `conftest.py` that puts something in the place of a function for every test, while tests assert about that very
 * function. What the function uses (a clock, a network) may be replaced.
 */
export async function findPatchedSubjects(comparison: Comparison): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const change of comparison.changes.filter(({file}) => posix.basename(file) === 'conftest.py')) {
    for (const {name, line} of patchesIn(change)) {
      const test = await testOf(name, posix.dirname(change.file), comparison)
      if (test === undefined) continue
      const message = `\`${name}\` is replaced for every test, and ${test} asserts about it. Test the code itself.`
      findings.push({message, file: change.file, line})
    }
  }
  return findings
}

interface Patch {
  readonly name: string
  readonly line: number
}

function patchesIn({head, added}: Change): readonly Patch[] {
  const source = head?.source
  if (source?.tree === undefined) return []
  const calls = source.calls.filter(({node}) => isForAll(node, source)).flatMap((call) => patchOf(call, source))
  const assigned = nodesIn(source, {from: 0, to: source.text.length + 1}, ['AssignStatement'])
    .filter((node) => isForAll(node, source))
    .flatMap((node) => {
      const name = /^\w+(?:\.\w+)*\.(\w+)\s*=(?!=)/.exec(source.textOf(node))?.[1]
      return name === undefined ? [] : [{name, line: source.lineOf(node.from)}]
    })
  return [...calls, ...assigned].filter(({line}) => added.has(line))
}

/** `monkeypatch.setattr("app.f", …)`, `setattr(app, "f", …)`, `patch("app.f")`, `patch.object(app, "f")`. */
function patchOf({callee, args, line}: SourceCall, source: SourceTree): readonly Patch[] {
  const target = args
    .slice(0, 2)
    .map((arg) => source.textOf(arg))
    .find((text) => /^["']/.test(text))
  const name = target === undefined ? undefined : unquote(target).split('.').at(-1)
  return name && /(?:^|\.)(?:setattr|patch|patch\.object)$/.test(callee) ? [{name, line}] : []
}

/** At the top of the file, in a fixture that every test has, or in a hook that runs before them. */
function isForAll(node: SyntaxNode, source: SourceTree): boolean {
  const outer = above(node, ({name}) => name === 'FunctionDefinition')
  if (outer === undefined) return true
  const name = childNamed(outer, 'VariableName')
  if (name && /^pytest_(?:configure|sessionstart|runtest_setup|collection_modifyitems)$/.test(source.textOf(name))) return true
  const decorators = outer.parent?.name === 'DecoratedStatement' ? childrenOf(outer.parent).filter((each) => each.name === 'Decorator') : []
  return decorators.some((decorator) => /\bfixture\b[\s\S]*\bautouse\s*=\s*True/.test(source.textOf(decorator)))
}

/** The first test below a folder that asserts about what a function of this name gives. */
async function testOf(name: string, folder: string, {files, patterns, readText}: Comparison): Promise<string | undefined> {
  const isBelow = (file: string) => file.endsWith('.py') && (folder === '.' || file.startsWith(`${folder}/`)) && isTestFile(file, patterns)
  for (const file of files.filter(isBelow)) {
    const text = await readText(file)
    const source = text?.includes(`${name}(`) ? parseSource(file, text) : undefined
    const calls = source?.calls.filter((call) => (call.callee === name || call.callee.endsWith(`.${name}`)) && isAsserted(call)) ?? []
    const test = source && testsOf(source).find(({assertions}) => assertions.some(({core}) => calls.some((call) => isWithin(call, core))))
    if (test) return `\`${test.path.join(' > ')}\``
  }
  return undefined
}

/** It is what is looked at, not what is put into another call. */
const isAsserted = ({node}: SourceCall) => node.parent?.name !== 'ArgList'
