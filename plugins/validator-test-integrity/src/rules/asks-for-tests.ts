import {childrenOf, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison} from '../comparison.ts'
import {nodesIn} from '../ranges.ts'
import {isForeign} from '../test-files.ts'

const OF_NODE =
  /\bprocess\.env(?:\.|\[["'])(?:NODE_TEST_CONTEXT|JEST_WORKER_ID|VITEST\w*|MOCHA_\w+)|\btypeof (?:jest|vi|describe)\b|\bprocess\.execArgv\b[^\n]*--test|\.stack\b[^\n]*[.]test\b/

/** By which code finds out that a test runner has started it. `NODE_ENV` is asked for many honest reasons. */
const DETECTS: Readonly<Record<string, RegExp>> = {
  javascript: OF_NODE,
  typescript: OF_NODE,
  python:
    /["'](?:pytest|unittest)["'] in sys\.argv|\binspect\.stack\(\)[^\n]*test|["']_?(?:pytest|unittest)["'] in sys\.modules|\bPYTEST_(?:CURRENT_TEST|VERSION|XDIST_\w+)\b/,
  go: /\btesting\.Testing\(\)|\bflag\.Lookup\("test\.\w+"\)|HasSuffix\(os\.Args\[0\], "\.test"\)/,
}

/** Code that gives a ready answer while tests run, and does something else for everybody else. */
export function findAnswersForTests({changes}: Comparison): readonly Finding[] {
  return changes.flatMap((change) => {
    const {head, added} = change
    if (head?.source?.tree === undefined || head.isTest || isBeside(change) || isForeign(head.file, head.text)) return []
    const {source} = head
    return answersIn(source).flatMap(({node, asks}) => {
      const line = source.lineOf(node.from)
      const message = `The code gives a ready answer while tests run (\`${asks}\`). Let it do for everybody what the tests see.`
      return added.has(line) ? [{message, file: source.file, line}] : []
    })
  })
}

const isBeside = ({file}: Change) =>
  /(?:^|\/)(?:tests?|__tests__|__mocks__|testing|e2e|fixtures?|scripts)\/|(?:^|\/)conftest\.py$|\.config\.\w+$|[._-](?:setup|mock|fake)\.\w+$/.test(
    file,
  )

function answersIn(source: SourceTree): readonly Answer[] {
  const pattern = DETECTS[source.language]
  if (pattern === undefined || !pattern.test(source.text)) return []
  return [...branches(source, pattern), ...choices(source, pattern)]
}

/** `return process.env.VITEST ? 19 : rate * amount`, as all that a function does. */
function choices(source: SourceTree, pattern: RegExp): readonly Answer[] {
  return nodesIn(source, {from: 0, to: source.text.length + 1}, ['ConditionalExpression']).flatMap((node) => {
    const [, asks, value] = CHOICE[source.language === 'python' ? 'python' : 'other'].exec(source.textOf(node)) ?? []
    const outer = node.parent?.name === 'ParenthesizedExpression' ? node.parent.parent : node.parent
    const isAll = /^(?:ReturnStatement|ArrowFunction|LambdaExpression)$/.test(outer?.name ?? '')
    const [condition, answer] = source.language === 'python' ? [value ?? '', asks ?? ''] : [asks ?? '', value ?? '']
    const found = isAll && /^(?:-?\d|[{[])/.test(answer) ? asked(condition, pattern, source) : undefined
    return found === undefined ? [] : [{node, asks: found}]
  })
}

const CHOICE = {python: /^([\s\S]+?)\s+if\s+([\s\S]+?)\s+else\s/, other: /^([\s\S]+?)\s*\?\s*([\s\S]+?)\s*:/}

interface Answer {
  readonly node: SyntaxNode
  readonly asks: string
}

function branches(source: SourceTree, pattern: RegExp): readonly Answer[] {
  return nodesIn(source, {from: 0, to: source.text.length + 1}, ['IfStatement']).flatMap((node) => {
    const branch = childrenOf(node).find(({name}, index) => index > 1 && (/^(?:Body|Block)$/.test(name) || name.endsWith('Statement')))
    const asks = branch === undefined ? undefined : asked(source.text.slice(node.from, branch.from), pattern, source)
    const isAnswer = branch !== undefined && nodesIn(source, branch, ['ReturnStatement']).some((each) => isReady(source.textOf(each)))
    return isAnswer && asks !== undefined ? [{node, asks}] : []
  })
}

/** In the condition itself, or in what the word in it stands for. */
function asked(condition: string, pattern: RegExp, {text}: SourceTree): string | undefined {
  const own = pattern.exec(condition)?.[0]
  if (own !== undefined) return own
  const name = /^if\b[\s(]*(?:not\s+|!)?(\w+)\W*$/.exec(condition)?.[1]
  const value = name === undefined ? undefined : new RegExp(`\\b${name}\\s*:?=([^\\n]*)`).exec(text)?.[1]
  return value === undefined ? undefined : pattern.exec(value)?.[0]
}

/** A number, a text, a list: no path, address or switch, by which tests are honestly kept from the outside. */
function isReady(statement: string): boolean {
  const value = /^return\s+(.+)$/s.exec(statement.replace(/;$/, ''))?.[1] ?? ''
  return /^(?:-?\d|[{[]|\w*\[\]\w+\{|true\b|True\b)/.test(value) || /^["'`][^:/.]+["'`]$/.test(value)
}
