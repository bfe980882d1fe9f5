import {childrenOf, type SourceFunction, type SourceTree} from '@conduct-cli/source'
import type {FileSide} from '../comparison.ts'
import {nodesIn} from '../ranges.ts'
import type {Escape} from './escapes.ts'

const JAVASCRIPT_TARGET =
  /^(?:(?:global|globalThis|window)\.(?:assert|expect|it|test|describe)|(?:assert|expect)(?:\.\w+|\[[^\]]+\])+|(?:it|test|describe))$/
const PYTHON_TARGET =
  /^(?:(?:unittest\.)?(?:case\.)?TestCase\.\w+|pytest\.(?:raises|fail|mark|approx)|builtins\.AssertionError|AssertionError|sys\.exit|unittest\.(?:main|TestCase|mock\.\w+\.assert\w+))$/

/** Without one of these nothing below is found: to look at every call takes longer than to look for words. */
const WORDS = /\b(?:it|describe)\b|assert|expect|test|sys\.exit|uncaughtException|unhandledRejection|jest|chai|mocha/i

/** Something else in the place of what asserts: `assert.equal = () => {}`, a `expect` of one's own that never fails. */
export function replacementsIn({file, isTest}: FileSide, source: SourceTree): readonly Escape[] {
  if (!WORDS.test(source.text)) return []
  const assignments = nodesIn(source, {from: 0, to: source.text.length}, ['AssignmentExpression', 'AssignStatement']).flatMap((node) => {
    const [target, , value] = childrenOf(node)
    if (!target || !value) return []
    const name = source.textOf(target)
    const isOurs =
      source.language === 'python' ? PYTHON_TARGET.test(name) : JAVASCRIPT_TARGET.test(name) && isMadeHere(value.name, source.textOf(value))
    return isOurs ? [{line: source.lineOf(node.from), name}] : []
  })
  const own = isTest ? source.functions.filter((each) => isToothless(each, source)).map(({line, name}) => ({line, name})) : []
  const patched = source.calls
    .filter((call) =>
      isPatch(
        call.callee,
        call.args.map((arg) => source.textOf(arg)),
      ),
    )
    .map(({line, callee, node}) => ({line, name: `${callee}: ${source.textOf(node).slice(0, 60)}`}))
  return [...assignments, ...own, ...patched].map(({line, name}) => ({
    file,
    line,
    key: `replaced ${name}`,
    message: `\`${name}\` is replaced by something that cannot fail a test. Use the real one.`,
  }))
}

/** A function, an object, or nothing; not the assertion library itself. */
function isMadeHere(kind: string, text: string): boolean {
  return /Function|ObjectExpression|ClassExpression/.test(kind)
    ? !/\bthrow\b|\bassert\b.*\(/.test(text)
    : /^(?:noop|undefined|null|true)$/.test(text)
}

/** A helper with the name of an assertion, and a body that neither throws nor asserts. */
function isToothless({name, body, statements, owner, isAbstract, node}: SourceFunction, source: SourceTree): boolean {
  if (!/^(?:assert|expect|assert[A-Z_]\w*|assertEqual|it|test|describe)$/.test(name) || body === undefined || isAbstract) return false
  if (source.language === 'go' || (owner !== undefined && source.language !== 'python')) return false
  if (node.parent?.name === 'Property' || node.parent?.name === 'AssignmentExpression' || node.parent?.name === 'ArgList') return false
  const text = source.textOf(body)
  return (
    statements.every(({name: kind}) => /^(?:PassStatement|ReturnStatement|ObjectExpression)$/.test(kind)) &&
    !/\b(?:throw|raise|assert|expect|fail)\b|\w\(/.test(text.replace(/^[^{]*=>/, ''))
  )
}

/** `Object.defineProperty(assert, …)`, `jest.mock('node:assert')`, `setattr(unittest.TestCase, …)`. */
function isPatch(callee: string, [first = '', second = '']: readonly string[]): boolean {
  if (/^Object\.(?:defineProperty|assign)$/.test(callee))
    return /^(?:assert|expect)(?:\.\w+)*$/.test(first) && /\bok\b|equal|throws|toBe|toEqual/i.test(second)
  if (callee === 'expect.extend') return /\b(?:toBe|toEqual|toStrictEqual|toThrow|toContain|toMatch|toHaveLength)\s*[:(,}]/.test(first)
  if (/^process\.(?:on|once)$/.test(callee) && /^["'](?:uncaughtException|unhandledRejection)["']$/.test(first))
    return /=>\s*(?:\{\s*\}|undefined|null|void 0)$|^function[^{]*\{\s*\}$/.test(second)
  if (/^(?:jest|vi|mock)\.(?:mock|module|doMock|unstable_mockModule)$/.test(callee))
    return /^["'](?:node:)?(?:assert(?:\/strict)?|test|chai|@jest\/globals|vitest|mocha)["']$/.test(first)
  return (
    /(?:^|\.)setattr$/.test(callee) &&
    /^(?:unittest\.)?TestCase$|^pytest$|^["'](?:unittest\.|pytest\.|builtins\.AssertionError)/.test(first)
  )
}
