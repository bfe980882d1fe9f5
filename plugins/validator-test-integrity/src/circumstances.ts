import {above, childrenOf, type SourceRange, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
import {constantOf} from './constants.ts'
import {isWithin, plainText} from './ranges.ts'

/** When a place in the source is reached, as far as one can see from what stands around it. */
export interface Circumstances {
  /** Below `if (false)`. */
  readonly isDead: boolean
  /** What must hold; absent when nothing must. */
  readonly condition?: string
}

/** Looks upward from a node to what `scope` is: conditions outside of it do not count. */
export function circumstancesOf(node: SyntaxNode, scope: SourceRange, source: SourceTree): Circumstances {
  const conditions: string[] = []
  let child = node
  for (
    let parent = node.parent;
    parent !== null && parent !== undefined && isWithin(parent, scope);
    child = parent, parent = parent.parent
  ) {
    if (FUNCTIONS.test(parent.name)) conditions.push('when a function is called')
    const branch = branchOf(parent, child, source)
    if (branch === undefined || branch.value === true) continue
    if (branch.value === false) return {isDead: true}
    conditions.push(branch.condition)
  }
  return {isDead: false, ...(conditions.length > 0 ? {condition: conditions.join(' and ')} : {})}
}

const FUNCTIONS =
  /^(?:ArrowFunction|FunctionExpression|FunctionDeclaration|MethodDeclaration|FunctionDefinition|LambdaExpression|FunctionLiteral)$/
const UNCLEAR = /^(?:SwitchStatement|CatchClause|MatchStatement|SelectStatement|TypeSwitchStatement)$/

interface Branch {
  readonly condition: string
  readonly value: boolean | undefined
}

function branchOf(parent: SyntaxNode, child: SyntaxNode, source: SourceTree): Branch | undefined {
  if (parent.name === 'IfStatement') return ifBranch(parent, child, source)
  if (parent.name === 'ForStatement') return isLoopOverNothing(parent, child, source) ? {condition: 'never', value: false} : undefined
  if (UNCLEAR.test(parent.name)) return {condition: 'in some cases', value: undefined}
  if (parent.name === 'TryStatement') return isHandler(child) ? {condition: 'when something fails', value: undefined} : undefined
  if (!/^(?:ConditionalExpression|BinaryExpression)$/.test(parent.name)) return undefined
  return operatorBranch(parent, child, source)
}

/** `for (const each of [])`, `for each in []:`, `range rows[:0]`. */
function isLoopOverNothing(parent: SyntaxNode, child: SyntaxNode, source: SourceTree): boolean {
  const head = source.text.slice(parent.from, child.from).trim()
  return NOTHING.test(head) || isEmptyBefore(/(?:\bof|\bin|\brange)\s+(\w+)\)?:?$/.exec(head)?.[1], parent, source)
}

const NOTHING = /(?:\bof\s*\[\s*\]\s*\)|\bin\s*(?:\[\s*\]|\(\s*\)|range\(0\))|\brange\s+[\w.]+\[:0\]|\brange\s+\[\]\w+\{\s*\})$/

/** `rows := []int{}` above the loop, and nothing about `rows` between the two. */
function isEmptyBefore(name: string | undefined, loop: SyntaxNode, source: SourceTree): boolean {
  if (name === undefined) return false
  const scope = above(loop, (node) => FUNCTIONS.test(node.name) || node.name === 'FunctionDecl')
  const text = source.text.slice(scope?.from ?? loop.from, loop.from)
  const made = new RegExp(`\\b${name}\\s*:?=\\s*(?:\\[\\]\\w+\\{\\s*\\}|\\[\\s*\\]);?\\s`).exec(text)
  return made !== null && !new RegExp(`\\b${name}\\b`).test(text.slice(made.index + name.length))
}

function isHandler(child: SyntaxNode): boolean {
  let before = child.prevSibling
  while (before !== null && before.name !== 'Body') {
    if (before.name === 'except') return true
    before = before.prevSibling
  }
  return false
}

/** In Python and Go the branches of an `if` are siblings, in JavaScript too: the condition is what stands before. */
function ifBranch(parent: SyntaxNode, child: SyntaxNode, source: SourceTree): Branch | undefined {
  const children = childrenOf(parent)
  const index = children.findIndex(({from, to}) => from === child.from && to === child.to)
  const isBlock = (node: SyntaxNode) => /^(?:Body|Block)$|Statement$/.test(node.name)
  const own = children[index]
  if (own === undefined || !isBlock(own)) return undefined
  const before = children[index - 1]
  if (before === undefined) return undefined
  const isElse = before.name === 'else'
  const condition = isElse ? children.slice(0, index).findLast((node) => !isBlock(node) && !/^(?:if|else|elif|;)$/.test(node.name)) : before
  if (condition === undefined) return undefined
  const text = plainText(source, condition)
  const value = constantOf(text)
  if (!isElse) return {condition: text, value}
  return {condition: `not ${text}`, value: value === undefined ? undefined : !value}
}

function operatorBranch(parent: SyntaxNode, child: SyntaxNode, source: SourceTree): Branch | undefined {
  const [left, operator] = childrenOf(parent)
  if (left === undefined || operator === undefined || (left.from === child.from && left.to === child.to)) return undefined
  const isLogic = parent.name === 'ConditionalExpression' || /^(?:&&|\|\||and|or|\?\?)$/.test(source.textOf(operator))
  if (!isLogic) return undefined
  const text = plainText(source, left)
  const value = constantOf(text)
  return {condition: text, value: value !== undefined && /^(?:\|\||or)$/.test(source.textOf(operator)) ? !value : value}
}
