import type {SourceFunction, SourceTree} from '@conduct-cli/source'
import {explainsEmptiness, isNamedForNothing} from './wording.ts'

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
  /^_*(?:close|dispose|destroy|flush|shutdown|clean_?up|tear_?down|set_?up|init|initiali[sz]e|reset|sync|ref|unref|connect|disconnect|begin|commit|rollback|release|lock|unlock|start|stop|open|main|__\w+__|log_message|(?:on|handle|before|after|pre|post|visit|depart|leave|enter|exit|will|did)(?:_\w+|[A-Z]\w*)|\w+(?:Callback|Hook))$/i
const GROUPS = /(?:^|\.)(?:group|callback|hookspec|hookimpl|overload|singledispatch|register|fixture|setter|deleter|event)\b/

/** Emptiness that has a reason: a name, a comment, a kind of function that may well be empty. */
export function isMeantEmpty(candidate: SourceFunction, tree: SourceTree): boolean {
  const {kind, name, owner, decorators, isArgument} = candidate
  if (kind === 'constructor' || kind === 'accessor' || isArgument || name === '') return true
  if (isAbstractBase(candidate, tree) || decorators.some((text) => GROUPS.test(text) || text === 'Override')) return true
  if ([name, owner?.name ?? '', variableOf(candidate, tree)].some(isNamedForNothing)) return true
  return ignoresAll(candidate) || isMarker(candidate, tree) || isIdleStep(candidate, tree) || isExplained(candidate, tree)
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
  if (owner === undefined) return /^main$|^__|Callback$|Hook$|^on[A-Z_]/.test(name) && name !== 'main'
  if (tree.language === 'go') return true
  return tree.functions.some(
    (other) => other.owner?.node.from === owner.node.from && other.statements.length > 0 && other.kind !== 'constructor',
  )
}

function isExplained({body, line}: SourceFunction, {comments, lineOf}: SourceTree): boolean {
  return comments.some(
    (comment) =>
      body !== undefined &&
      ((comment.from >= body.from && comment.to <= body.to) || comment.line === lineOf(body.to) || lineOf(comment.to) === line - 1) &&
      explainsEmptiness(comment.text),
  )
}
