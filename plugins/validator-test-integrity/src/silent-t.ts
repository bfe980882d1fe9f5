import type {SourceFunction, SourceTree} from '@conduct-cli/source'
import {callsIn} from './ranges.ts'
import type {Mark} from './test-case.ts'

const FAILS = /^(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)$/

/** `t := quiet{t}` in Go, where the methods of `quiet` by which a test fails do not let it fail. */
export function silentTs(statements: SourceFunction['statements'], source: SourceTree): readonly Mark[] {
  return statements.flatMap((statement) => {
    const [, name, type] = /^(\w+)\s*:?=\s*&?(\w+)\{/.exec(source.textOf(statement)) ?? []
    if (name === undefined || type === undefined || !embedsT(type, source) || !isSilent(type, source)) return []
    // One that is only handed on finds out whether a helper fails.
    const isUsed = statements.some((other) => new RegExp(`\\b${name}\\.(?:Errorf?|Fatalf?|Fail|FailNow)\\(`).test(source.textOf(other)))
    const what = `hands its failures to \`${type}\`, which keeps them`
    return isUsed ? [{kind: 'swallow' as const, line: source.lineOf(statement.from), what}] : []
  })
}

const embedsT = (type: string, {text}: SourceTree) =>
  new RegExp(`\\btype\\s+${type}\\s+struct\\s*\\{[^}]*(?:^|[{;\\s])\\*?testing\\.(?:T|B|TB)\\b`, 'm').test(text)

function isSilent(type: string, source: SourceTree): boolean {
  const own = source.functions.filter(({name, owner, body}) => owner?.name === type && FAILS.test(name) && body)
  return own.some(
    ({body}) => body && !callsIn(source, body).some(({callee}) => FAILS.test(callee.split('.').at(-1) ?? '') || callee === 'panic'),
  )
}
