import type {SourceFunction, SourceTree} from '@conduct-cli/source'
import type {Finding} from 'conduct-cli/plugin'
import type {Comparison, FileSide} from '../comparison.ts'
import type {Matching} from '../match-tests.ts'
import {isWithin} from '../ranges.ts'
import {nameOf, type TestCase} from '../test-case.ts'

/** Tests that were put into a function which nothing calls. One that several files call, to share tests, is honest. */
export async function findUncalled(comparison: Comparison, {pairs}: Matching): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const {base, head} of pairs) {
    const late = lateCall(head, sideOf(head, comparison, 'head'))
    if (late !== undefined && lateCall(base, sideOf(base, comparison, 'base')) === undefined) {
      const message = `The test \`${nameOf(head)}\` stands in \`${late}\`, which comes when the tests are known already. Let it run.`
      findings.push({message, file: head.file, line: head.line})
    }
    const [before, now] = [functionAround(base, sideOf(base, comparison, 'base')), functionAround(head, sideOf(head, comparison, 'head'))]
    if (before !== undefined || now === undefined || (await isCalled(now, head.file, comparison))) continue
    const message = `The test \`${nameOf(head)}\` stands in the function \`${now.name}\`, which nothing calls. Let it run.`
    findings.push({message, file: head.file, line: head.line})
  }
  return findings
}

/** Runners collect tests while the file is loaded. */
const lateCall = (test: TestCase, side: FileSide | undefined): string | undefined =>
  side?.source?.calls.find((call) => LATE.test(call.callee) && call.from < test.from && isWithin(test, call))?.callee

const LATE = /^(?:setTimeout|setInterval|setImmediate|process\.(?:on|once))$/

const sideOf = ({file}: TestCase, {changes}: Comparison, side: 'base' | 'head'): FileSide | undefined =>
  changes.find((change) => change.file === file)?.[side]

interface Around extends SourceFunction {
  readonly source: SourceTree
}

/** The outermost function with a name; that of a suite has none. */
function functionAround(test: TestCase, side: FileSide | undefined): Around | undefined {
  const source = side?.source
  if (!source || !/^(?:java|type)script$/.test(source.language)) return undefined
  const found = source.functions.find((each) => each.name !== '' && !each.isArgument && each.from < test.from && isWithin(test, each))
  return found && found.owner === undefined ? {...found, source} : undefined
}

async function isCalled({name, source, from, to}: Around, file: string, {files, readText}: Comparison): Promise<boolean> {
  const word = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`)
  // What declares it is no call: `const later =`, `later:`.
  const before = source.text.slice(0, from).replace(/(?:(?:const|let|var)\s+[\w$]+\s*=|[\w$]+\s*[:=])\s*$/, '')
  const outside = before + source.text.slice(to)
  if (word.test(outside.replaceAll(/^.*\bexport\b.*$/gm, ''))) return true
  for (const other of files.filter((each) => each !== file && /\.[cm]?[jt]sx?$/.test(each) && !/(?:^|\/)node_modules\//.test(each))) {
    const text = await readText(other)
    if (text !== undefined && word.test(text) && /\b(?:import|require)\b/.test(text)) return true
  }
  return false
}
