import type {SyntaxNode, Tree} from '@lezer/common'
import type {Delimiters} from './delimiters.ts'
import type {Grammar} from './grammar.ts'
import {readingOf, type Reading} from './languages.ts'
import {argumentsOf, childNamed, dotted} from './nodes.ts'
import {parseWithin} from './parse-within.ts'
import {isDocstring} from './python.ts'
import {createRecent} from './recent.ts'
import {scan} from './scanner.ts'
import type {LanguageName, SourceCall, SourceFunction, SourcePlace, SourceRange, SourceTree} from './source-tree.ts'

export type {SyntaxNode, Tree} from '@lezer/common'
export {languageOf} from './languages.ts'
export {above, childNamed, childrenOf, dotted, statementsOf, unquote} from './nodes.ts'
export type {
  LanguageName,
  SourceCall,
  SourceComment,
  SourceFunction,
  SourceImport,
  SourceOwner,
  SourcePlace,
  SourceRange,
  SourceString,
  SourceTree,
} from './source-tree.ts'

/**
 * Reads a source file in the language that its name tells; `undefined` for prose, data, and what we do not know. What
 * cannot be parsed is skipped, never thrown: all that can be read of the rest is there. A text that is made to be parsed
 * slowly (thousands of brackets that nobody closes) has comments and strings, but no `tree`, as if it had no grammar.
 *
 * What was read a short while ago is not read again: validators come one after the other, with the same files.
 */
export function parseSource(file: string, text: string): SourceTree | undefined {
  const reading = readingOf(file)
  return reading && recent.find(file, text, () => readAs(file, text, reading))
}

/** For all plugins together. Some 5 MB when it is full. */
const recent = createRecent<SourceTree>(1_000_000)

function readAs(file: string, text: string, {grammar, delimiters}: Reading): SourceTree {
  const shared = {file, text, textOf: ({from, to}: SourceRange) => text.slice(from, to), lineOf: lineFinder(text)}
  const tree = grammar && parseWithin(grammar, grammar.prepare?.(text) ?? text)
  return tree ? withTree(shared, grammar, tree) : withDelimiters(shared, delimiters, grammar?.language ?? 'other')
}

type Shared = Pick<SourceTree, 'file' | 'text' | 'textOf' | 'lineOf'>

function withDelimiters(shared: Shared, delimiters: Delimiters, language: LanguageName): SourceTree {
  const tokens = scan(shared.text, delimiters)
  const ofKind = (wanted: string) => tokens.filter(({kind}) => kind === wanted).map((token) => withText(token, shared))
  return {
    ...shared,
    language,
    comments: ofKind('comment'),
    strings: ofKind('string').map((text) => ({...text, isDocstring: false})),
    functions: [],
    calls: [],
    imports: [],
    tree: undefined,
  }
}

/** Each list is made when it is asked for: few need them all. */
function withTree(shared: Shared, grammar: Grammar, tree: Tree): SourceTree {
  const nodes = once(() => nodesByName(tree, grammar))
  const named = (names: string) => inOrder(names.split(' ').flatMap((name) => nodes().get(name) ?? []))
  const comments = once(() => named(grammar.comments).map((node) => withText(node, shared)))
  const strings = once(() =>
    named(grammar.strings).map((node) => ({...withText(node, shared), isDocstring: isDocumentation(node, grammar)})),
  )
  const functions = once(() => named(grammar.functions).flatMap((node) => readFunction(node, shared, grammar)))
  const calls = once(() => named(grammar.calls).map((node) => readCall(node, shared)))
  const imports = once(() =>
    named(grammar.imports).flatMap((node) => grammar.readImports(node, shared).map((parts) => ({...place(node, shared), ...parts}))),
  )
  return {
    ...shared,
    language: grammar.language,
    tree,
    get comments() {
      return comments()
    },
    get strings() {
      return strings()
    },
    get functions() {
      return functions()
    },
    get calls() {
      return calls()
    },
    get imports() {
      return imports()
    },
  }
}

function nodesByName(tree: Tree, grammar: Grammar): ReadonlyMap<string, readonly SyntaxNode[]> {
  const {comments, strings, functions, calls, imports} = grammar
  const wanted = new Map(
    [comments, strings, functions, calls, imports].flatMap((names) => names.split(' ')).map((name) => [name, [] as SyntaxNode[]]),
  )
  tree.iterate({
    enter: (cursor) => {
      wanted.get(cursor.name)?.push(cursor.node)
      return !cursor.name.endsWith('Comment')
    },
  })
  return wanted
}

function inOrder(nodes: readonly SyntaxNode[]): readonly SyntaxNode[] {
  return nodes.toSorted((first, second) => first.from - second.from || second.to - first.to)
}

function readFunction(node: SyntaxNode, shared: Shared, grammar: Grammar): readonly SourceFunction[] {
  const parts = grammar.readFunction(node, shared)
  if (parts === undefined) return []
  const {body, ...rest} = parts
  return [
    {
      ...place(node, shared),
      ...rest,
      body: body && {from: body.from, to: body.to},
      endLine: shared.lineOf(Math.max(node.from, node.to - 1)),
      node,
    },
  ]
}

function readCall(node: SyntaxNode, shared: Shared): SourceCall {
  const isMacro = node.name === 'MacroInvocation'
  const isNew = /^(?:NewExpression|ObjectCreationExpression)$/.test(node.name)
  const callee = node.name === 'MethodInvocation' ? node : calleeOf(node)
  const list = childNamed(node, 'ArgList', 'Arguments', 'ArgumentList', 'ParenthesizedTokens', 'BracketedTokens', 'BracedTokens')
  return {...place(node, shared), callee: `${dotted(callee, shared)}${isMacro ? '!' : ''}`, args: argumentsOf(list), isNew, node}
}

function calleeOf(node: SyntaxNode): SyntaxNode | undefined {
  let child = node.firstChild
  while (child !== null && /^(?:new|await)$/.test(child.name)) child = child.nextSibling
  return child ?? undefined
}

function isDocumentation(node: SyntaxNode, {language}: Grammar): boolean {
  return language === 'python' && isDocstring(node)
}

function withText({from, to}: SourceRange, shared: Shared) {
  return {...place({from, to}, shared), text: shared.textOf({from, to})}
}

function place({from, to}: SourceRange, {lineOf}: Shared): SourcePlace {
  return {from, to, line: lineOf(from)}
}

/** Finds lines by halving, since most files are asked about often. */
function lineFinder(text: string): (offset: number) => number {
  const starts = once(() => [0, ...Array.from(text.matchAll(/\n/g), ({index}) => index + 1)])
  return (offset) => {
    let low = 0
    let high = starts().length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts()[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: {readonly value: Value} | undefined
  return () => (made ??= {value: make()}).value
}
