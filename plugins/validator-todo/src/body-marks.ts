import {above, childrenOf, dotted, type SourceFunction, type SourceTree, type SyntaxNode} from '@conduct-cli/source'
import {isEmpty} from './inert.ts'
import {isAbstractBase, isMeantEmpty} from './intent.ts'
import {shorten, type Doubt, type Mark} from './mark.ts'
import {isMeantSo, promisesLater, textAdmits} from './wording.ts'

/** Functions with nothing in them but a promise, and code that fails because it is not there. */
export function marksInBodies(tree: SourceTree): readonly Mark[] {
  return [
    ...tree.functions.flatMap((candidate) => markOf(candidate, tree)),
    ...marksOfAdmissions(tree),
    ...marksOfMacros(tree),
    ...marksOfPages(tree),
  ]
}

function markOf(candidate: SourceFunction, tree: SourceTree): readonly Mark[] {
  if (candidate.isAbstract || candidate.body === undefined) return []
  const raise =
    unconditionalThrow(candidate, tree) ??
    returnedRefusal(candidate, tree) ??
    swallowedThrow(candidate, tree) ??
    bareFailure(candidate, tree)
  if (raise !== undefined) return isAbstractBase(candidate, tree) ? [] : [markOfThrow(candidate, raise, tree)]
  return isEmpty(candidate, tree) && !isMeantEmpty(candidate, tree) ? [markOfEmptiness(candidate, tree)] : []
}

const NOT_IMPLEMENTED = /^(?:raise|throw)\s+(?:new\s+)?(?:\w+\.)*(?:NotImplemented(?:Error|Exception)?|UnsupportedOperationException)\b/

/** "Cannot be changed", but not "not supported yet". */
const REFUSES =
  /(?:unsupported|not (?:supported|allowed|possible)|can(?:no|')t|cannot|does(?:n't| not)|(?:must|should) not|only|immutable)\b(?!.*\b(?:yet|later|future|implemented)\b)/i

/** `raise NotImplementedError` with nothing before it by which a call could end otherwise. */
function unconditionalThrow({statements, decorators, body}: SourceFunction, tree: SourceTree): SyntaxNode | undefined {
  const last = statements.at(-1)
  if (last === undefined || body === undefined || statements.length > 4 || statements.slice(0, -1).some(({name}) => !isSimple(name)))
    return undefined
  const text = tree.text.slice(last.from, Math.min(last.to, last.from + 300))
  // The docstring may say whose work it is.
  if (!NOT_IMPLEMENTED.test(text) || isMeantSo(tree.text.slice(body.from, Math.min(body.to, body.from + 1000)))) return undefined
  // A collection that cannot be changed says so in this way, in a method that it must have.
  const isRefusal = REFUSES.test(text) || (/UnsupportedOperationException\(\s*\)/.test(text) && decorators.includes('Override'))
  return isRefusal ? undefined : last
}

/** Python's answer to an operand of another kind; an ordinary function that knows no other has not been written. */
function returnedRefusal({name, statements}: SourceFunction, tree: SourceTree): SyntaxNode | undefined {
  const [only, ...others] = statements
  if (tree.language !== 'python' || /^__\w+__$/.test(name) || only === undefined || others.length > 0) return undefined
  return /^return\s+NotImplemented$/.test(near(only, tree)) ? only : undefined
}

const SAYS_NOTHING = String.raw`\(\s*(?:["'\u0060](?:unreachable|not reached|never called|should not happen)?["'\u0060])?\s*\)`
const BARE = new RegExp(
  String.raw`^(?:throw\s+(?:new\s+)?Error${SAYS_NOTHING}|raise\s+(?:Exception|RuntimeError)(?:${SAYS_NOTHING})?|panic${SAYS_NOTHING});?$`,
)
const FAILS_BY_NAME = /unreachable|never|fail|abort|panic|die|assert|throw|raise|error|impossible|exhaust|crash/i

/** A function with arguments that can only fail, and does not say why. */
function bareFailure({name, owner, statements, parameters, body, from}: SourceFunction, tree: SourceTree): SyntaxNode | undefined {
  const [only, ...others] = statements
  const head = tree.text.slice(from, body?.from)
  if (only === undefined || others.length > 0 || owner !== undefined || /^\(?\s*(?:_\w*\s*)?\)?$/.test(parameters)) return undefined
  return BARE.test(near(only, tree)) && !FAILS_BY_NAME.test(name) && !/\b(?:never|NoReturn|Never)\b/.test(head) ? only : undefined
}

/** A `try` in which nothing is tried but to raise `NotImplementedError`. */
function swallowedThrow({statements}: SourceFunction, tree: SourceTree): SyntaxNode | undefined {
  const [only, ...others] = statements
  if (tree.language !== 'python' || only?.name !== 'TryStatement' || others.length > 0) return undefined
  const block = childrenOf(only).find(({name}) => name === 'Body')
  const raise = childrenOf(block).find(({name}) => name.endsWith('Statement'))
  return raise && NOT_IMPLEMENTED.test(near(raise, tree)) ? raise : undefined
}

function isSimple(name: string): boolean {
  return /^(?:ExpressionStatement|AssignStatement|VariableDeclaration|LocalVariableDeclaration|PassStatement|DeleteStatement)$/.test(name)
}

function markOfThrow(candidate: SourceFunction, raise: SyntaxNode, tree: SourceTree): Mark {
  const line = tree.lineOf(raise.from)
  const message = `${nameOf(candidate)} is not implemented: ${shorten(tree.textOf(raise))}. Write it.`
  return {line, lines: [line], message, ...doubtOf(candidate, 'throws')}
}

function markOfEmptiness(candidate: SourceFunction, tree: SourceTree): Mark {
  const {body, statements, name, owner, line: begin, endLine} = candidate
  const line = statements[0] ? tree.lineOf(statements[0].from) : tree.lineOf(body?.from ?? candidate.from)
  const isShort = statements.length > 0 && line > begin
  // The head of a function may be new when its body is old.
  const lines = isShort ? [line] : Array.from({length: endLine - line + 1}, (_, index) => line + index)
  const message = `${nameOf(candidate)} does nothing. Write it, or say in a comment why it is empty.`
  return {line, lines, message, emptied: {name, owner: owner?.name}, ...doubtOf(candidate, 'empty')}
}

function doubtOf({owner, name}: SourceFunction, kind: Doubt['kind']): {readonly doubt?: Doubt} {
  return owner && owner.name !== '' ? {doubt: {kind, method: name, owner: owner.name, bases: owner.bases}} : {}
}

function nameOf({name, owner}: SourceFunction): string {
  if (name === '') return 'A function'
  return owner && owner.name !== '' && !name.includes(owner.name) ? `\`${owner.name}.${name}\`` : `\`${name}\``
}

/** Texts such as "not implemented", where they are thrown, or are all that a function has to say. */
function marksOfAdmissions(tree: SourceTree): readonly Mark[] {
  return tree.strings
    .filter(({isDocstring, text}) => !isDocstring && (textAdmits(text) || promisesLater(text)))
    .flatMap((text) => {
      const statement = statementAround(text.from, tree)
      const around = tree.functions.findLast(({from, to}) => from <= text.from && text.to <= to)
      if (statement === undefined || around === undefined || /\b501\b|NotImplemented\b|NOT_IMPLEMENTED/.test(near(statement, tree)))
        return []
      const isAll = isAllOf(around, statement, tree)
      const fails = isFailure(text.from, tree)
      const isFatal = fails && !(isBranch(statement, around) && hasHoles(text.text))
      const isSaid = textAdmits(text.text) ? isAll || isFatal : isAll && fails
      if (!isSaid || isAbstractBase(around, tree)) return []
      const line = tree.lineOf(statement.from)
      const message = `${nameOf(around)} is not implemented: ${shorten(near(statement, tree))}. Write it.`
      return [{line, lines: [line, text.line], message, ...(isAll ? doubtOf(around, 'throws') : {})}]
    })
}

/** Whatever else is there returns a constant. */
function isAllOf({statements}: SourceFunction, statement: SyntaxNode, tree: SourceTree): boolean {
  const [first, second, third] = statements
  if (first?.from !== statement.from || third !== undefined) return false
  return (
    second === undefined || /^return(?:\s+(?:null|undefined|nil|None|true|false|True|False|0|''|""|\[\]|\{\}))?;?$/.test(near(second, tree))
  )
}

/** A page that says no more than TODO. */
function marksOfPages(tree: SourceTree): readonly Mark[] {
  if (!/\.[jt]sx$/.test(tree.file)) return []
  return tree.functions.flatMap(({statements}) => {
    const [only, ...others] = statements
    if (only === undefined || others.length > 0 || !/>\s*(?:TODO|not (?:yet )?implemented(?: yet)?)\W*</i.test(near(only, tree))) return []
    const line = tree.lineOf(only.from)
    return [{line, lines: [line], message: `Unfinished work: ${shorten(near(only, tree))}. Write the page.`}]
  })
}

function near({from, to}: SyntaxNode, tree: SourceTree): string {
  return tree.text.slice(from, Math.min(to, from + 400))
}

function nodeAt(offset: number, tree: SourceTree): SyntaxNode | undefined {
  return tree.tree?.resolveInner(offset, 1)
}

const BLOCKS = /^(?:\w*Block|Body|CompoundStatement|ArrowFunction|LambdaExpression)$/

/** The innermost one. */
function statementAround(offset: number, tree: SourceTree): SyntaxNode | undefined {
  const node = nodeAt(offset, tree)
  return node && above(node, ({name, parent}) => /Statement$|Declaration$/.test(name) || (parent !== null && BLOCKS.test(parent.name)))
}

function isBranch(statement: SyntaxNode, {statements}: SourceFunction): boolean {
  return !statements.some(({from}) => from === statement.from)
}

/** In a branch, `Not implemented: ${kind}` tells of what was asked for. */
function hasHoles(text: string): boolean {
  return /\$\{|^f["'].*\{|%[svdq]/.test(text)
}

const THROWS = /^(?:Throw\w*|Raise\w*)$/
const FAILS = /(?:^|\.)(?:panic!?|reject|sys\.exit|SystemExit|Fatalf?|Panicf?|fatal|fail|die|abort|bail!|todo!|unimplemented!)$/
const ERRORS = /^(?:errors\.New|fmt\.Errorf|status\.Errorf?|Err|anyhow!)$/

/** It stands in a `throw`, in a call that ends the program, or in an error that is returned. */
function isFailure(offset: number, tree: SourceTree): boolean {
  let node = nodeAt(offset, tree) ?? null
  let isError = false
  for (
    let steps = 0;
    node !== null && steps < 12 && !/(?:Block|Body|CompoundStatement|Definition|Declaration)$/.test(node.name);
    steps += 1
  ) {
    if (THROWS.test(node.name) || (isError && node.name.startsWith('Return'))) return true
    const callee = /Call|Macro|MethodInvocation/.test(node.name) ? calleeOf(node, tree) : ''
    if (FAILS.test(callee)) return true
    isError ||= ERRORS.test(callee)
    node = node.parent
  }
  return false
}

function calleeOf(node: SyntaxNode, tree: SourceTree): string {
  return `${dotted(node.firstChild ?? undefined, tree)}${node.name === 'MacroInvocation' ? '!' : ''}`
}

/** Rust's own words for it. */
function marksOfMacros(tree: SourceTree): readonly Mark[] {
  if (tree.language !== 'rust') return []
  return tree.calls
    .filter(({callee}) => /^(?:todo|unimplemented)!$/.test(callee))
    .map(({line, callee}) => ({line, lines: [line], message: `\`${callee}\` stands where code should be. Write it.`}))
}
