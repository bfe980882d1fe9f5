import {above, type SourceFunction, type SourcePlace, type SourceRange, type SourceTree} from '@conduct-cli/source'
import {documentsEmptiness, explainsEmptiness, isNamedForNothing} from './wording.ts'

/** A class that is there to be extended, by its name, its bases, or another abstract method. */
export function isAbstractBase({owner, isAbstract, decorators}: SourceFunction, tree: SourceTree): boolean {
  if (isAbstract || decorators.some((text) => /(?:^|\.)singledispatch/.test(text))) return true
  if (owner === undefined) return false
  if (owner.isAbstract || /^_*(?:Base|Abstract|I(?=[A-Z][a-z]))|(?:Base|Abstract|Interface|Mixin|Protocol|Contract)$/.test(owner.name))
    return true
  if (owner.bases.some((base) => /(?:^|\.|=)(?:ABC|ABCMeta)$/.test(base))) return true
  return tree.functions.some((other) => other.owner?.node.from === owner.node.from && other.isAbstract && other.body !== undefined)
}

/** Names of steps that many things need not take. */
const STEPS =
  /^_*(?:close|dispose|destroy|flush|shutdown|clean_?up|(?:async_?)?(?:tear_?down|set_?up)(?:_?class|_?module)?|init|initiali[sz]e|reset|sync|ref|unref|connect|disconnect|begin|commit|rollback|release|lock|unlock|start|stop|open|end|finish|main|__\w+__|log_message|(?:on|handle|before|after|pre|post|visit|depart|leave|enter|exit|will|did)(?:_\w+|[A-Z]\w*)|\w+(?:Callback|Hook))$/i
const GROUPS = /(?:^|\.)(?:group|callback|hookspec|hookimpl|overload|singledispatch|register|fixture|setter|deleter|event)\b/

/** Emptiness that has a reason: a name, a comment, a kind of function that may well be empty. */
export function isMeantEmpty(candidate: SourceFunction, tree: SourceTree): boolean {
  const {kind, name, owner, decorators, isArgument} = candidate
  if (kind === 'constructor' || kind === 'accessor' || isArgument || name === '') return true
  if (isAbstractBase(candidate, tree) || decorators.some((text) => GROUPS.test(text) || /^(?:Override|test|Test)\b/.test(text))) return true
  if ([name, owner?.name ?? '', variableOf(candidate, tree)].some(isNamedForNothing) || /^_*[Nn]o[A-Z]/.test(owner?.name ?? '')) return true
  if (ignoresAll(candidate) || isMarker(candidate, tree) || isIdleStep(candidate, tree) || isExplained(candidate, tree)) return true
  return isLocal(candidate, tree) || isClass(candidate, tree) || isFallback(candidate, tree)
}

/** `const silent = {info() {}}`: the name of what an object is the value of. Objects that are handed on have none. */
function variableOf({node}: SourceFunction, tree: SourceTree): string {
  const object = [node.parent, node.parent?.parent].find((outer) => outer?.name === 'ObjectExpression')
  const holder = object?.parent
  if (!object || !holder) return ''
  if (/^(?:ArgList|ReturnStatement|AssignmentExpression|ParamList)$/.test(holder.name) || isAllEmpty(object.from, object.to, tree))
    return 'noop'
  return tree.text.slice(holder.from, object.from).split(/[:=]/)[0]?.trim().split(/\s+/).at(-1) ?? ''
}

function isAllEmpty(from: number, to: number, {functions}: SourceTree): boolean {
  const inside = functions.filter((other) => other.from > from && other.to < to)
  return inside.length > 1 && inside.every(({statements}) => statements.length === 0)
}

/** `func (x) Handle(_ context.Context, _ string) {}` */
function ignoresAll({parameters}: SourceFunction): boolean {
  const names = parameters
    .replaceAll(/^\(|\)$/g, '')
    .replaceAll(/<[^<>]*>/g, '')
    .split(',')
    .map((parameter) => parameter.trim().replace(/^\**/, ''))
    .filter((parameter) => parameter !== '' && !/^&?(?:mut )?(?:self|cls|this)\b/.test(parameter))
  return names.length > 0 && names.every((parameter) => parameter.startsWith('_'))
}

/** Go's closed interfaces: `func (Dog) isAnimal() {}`. Methods of a trait or an interface may have nothing to do. */
function isMarker({name, owner, parameters}: SourceFunction, {language}: SourceTree): boolean {
  if (language === 'cpp') return true
  if (language === 'go') return owner !== undefined && /^[a-z]/.test(name) && parameters === '()'
  return (language === 'rust' || language === 'php') && owner !== undefined && owner.bases.length > 0
}

/** `close() {}` in a class that does something elsewhere. */
function isIdleStep({name, owner}: SourceFunction, tree: SourceTree): boolean {
  if (!STEPS.test(name)) return false
  if (tree.language === 'go') return owner !== undefined || name === 'init'
  if (owner === undefined) return /^__|Callback$|Hook$|^on[A-Z_]/.test(name)
  return tree.functions.some(
    (other) => other.owner?.node.from === owner.node.from && other.statements.length > 0 && other.kind !== 'constructor',
  )
}

/** A Python function in a function, or a value that is put where another program looks for it: `window.onerror = () => {}`. */
function isLocal({node, name}: SourceFunction, {language, tree}: SourceTree): boolean {
  if (language === 'python')
    return (
      above(
        node,
        ({name: outer}) => outer === 'FunctionDefinition',
        ({name: outer}) => outer === 'ClassDefinition',
      ) !== undefined
    )
  // `let done = () => {}` gets its value later.
  if (node.parent?.name === 'VariableDeclaration' && node.parent.firstChild?.name === 'let') return true
  return tree !== undefined && node.parent?.name === 'AssignmentExpression' && !/^(?:module\.)?exports\.|\.prototype\./.test(name)
}

/** `function Context() {}`, which gets a prototype elsewhere. */
function isClass({name}: SourceFunction, {text, language}: SourceTree): boolean {
  return language === 'javascript' && /^[A-Z]/.test(name) && (text.includes(`new ${name}`) || text.includes(`${name}.prototype`))
}

/** Another function of this name does the work where it can be done. */
function isFallback({name, owner, from}: SourceFunction, {functions, textOf}: SourceTree): boolean {
  return functions.some(
    (other) =>
      other.name === name &&
      other.from !== from &&
      other.owner?.node.from === owner?.node.from &&
      other.statements.some((statement) => statement.name !== 'PassStatement' && textOf(statement) !== '...'),
  )
}

function isExplained({body, line}: SourceFunction, {comments, strings, lineOf}: SourceTree): boolean {
  if (body === undefined) return false
  const isInside = ({from, to}: SourceRange) => from >= body.from && to <= body.to
  const isNear = (comment: SourcePlace) => isInside(comment) || comment.line === lineOf(body.to) || lineOf(comment.to) === line - 1
  if (comments.some((comment) => isNear(comment) && explainsEmptiness(comment.text))) return true
  return strings.some((text) => text.isDocstring && isInside(text) && documentsEmptiness(text.text))
}
