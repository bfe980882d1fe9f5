import type {SourceCall, SourceRange, SourceTree, SyntaxNode} from '@conduct-cli/source'
import {claimsOfGoCall} from './go-claims.ts'
import {claimOfJavaScriptCall, propertyClaim} from './javascript-claims.ts'
import {claimOfPythonCall, claimOfStatement} from './python-claims.ts'
import {callsIn, nodesIn} from './ranges.ts'
import type {Assertion} from './test-case.ts'
import {tokensOf} from './tokens.ts'

/** What one assertion says, before it is put into words. */
export interface Claim extends SourceRange {
  /** The part that counts: without messages for people. */
  readonly core: SourceRange
  readonly subject: SourceRange
  /** What the subject is compared with. */
  readonly wanted?: readonly SourceRange[]
  readonly strength: Assertion['strength']
  readonly isThrow?: boolean
  readonly isTautology: boolean
  /** Calls whose direct arguments are expected values, not inputs. */
  readonly own: readonly SyntaxNode[]
}

/** The assertions in a range, in order. A name that says that it asserts is believed: it may be the project's own helper. */
export function assertionsIn(source: SourceTree, range: SourceRange): readonly Assertion[] {
  const calls = callsIn(source, range)
  const fromCalls = calls.flatMap((call) => claimOf(call, source) ?? [])
  const fromStatements = statementClaims(source, range)
  return [...fromCalls, ...fromStatements].sort((one, other) => one.from - other.from).map((claim) => toAssertion(claim, source))
}

function claimOf(call: SourceCall, source: SourceTree): Claim | readonly Claim[] | undefined {
  return libraryClaim(call, source) ?? helperClaim(call, source)
}

/** A function of the same file that asserts, or one of the test's own support files, which are believed. */
function helperClaim(call: SourceCall, source: SourceTree): Claim | undefined {
  const name = call.callee.split('.').at(-1) ?? ''
  if (!helpersOf(source).has(name)) return undefined
  const {from, to, args, node} = call
  return {from, to, core: {from, to}, subject: args[0] ?? {from, to}, strength: 'helper', isTautology: false, own: [node]}
}

const known = new WeakMap<SourceTree, ReadonlySet<string>>()

function helpersOf(source: SourceTree): ReadonlySet<string> {
  const found = known.get(source)
  if (found) return found
  const imported = source.imports.filter(({specifier, level}) => SUPPORT.test(specifier) || level > 0).flatMap(({names}) => names)
  const helpers = new Set<string>(imported)
  // For those that are asked about while they are being found out.
  known.set(source, helpers)
  const own = source.functions.filter(({name, body, isArgument}) => name !== '' && body && !isArgument && !/^[Tt]est/.test(name))
  const others = source.functions.filter(({name, body, parameters}) => body && /^test[A-Z_]/.test(name) && parameters.includes('testing.'))
  for (const {name, body} of [...own, ...others, ...own, ...others]) if (body && assertionsIn(source, body).length > 0) helpers.add(name)
  return helpers
}

/** Modules beside the tests: `./support.js`, `../helpers/ledger.ts`, `tests.common`. */
const SUPPORT = /^\.\/|(?:^|[./])(?:tests?|support|helpers?|testing|utils?|common|fixtures?|conftest)(?:[./]|$)/

function libraryClaim(call: SourceCall, source: SourceTree): Claim | readonly Claim[] | undefined {
  if (source.language === 'python') return claimOfPythonCall(call, source)
  return source.language === 'go' ? claimsOfGoCall(call, source) : (claimOfJavaScriptCall(call, source) ?? propertyClaim(call, source))
}

const STATEMENTS: Readonly<Record<string, readonly string[]>> = {
  python: ['AssertStatement', 'RaiseStatement'],
  javascript: ['ThrowStatement'],
  typescript: ['ThrowStatement'],
}

function statementClaims(source: SourceTree, range: SourceRange): readonly Claim[] {
  const names = STATEMENTS[source.language]
  return names ? nodesIn(source, range, names).flatMap((node) => claimOfStatement(node, source) ?? []) : []
}

function toAssertion(claim: Claim, source: SourceTree): Assertion {
  const {from, to, core, subject, wanted = [], strength, isThrow = false, isTautology, own} = claim
  const inputs = callsIn(source, core).filter(({node}) => !own.some((call) => call.from === node.from && call.to === node.to))
  const isInput = (place: SourceRange) => inputs.some(({args}) => args.some((arg) => arg.from <= place.from && place.to <= arg.to))
  const tokens = tokensOf(source, core).map((token) => ({...token, isExpected: token.isLiteral && !isInput(token)}))
  return {
    from,
    to,
    core: {from: core.from, to: core.to},
    line: source.lineOf(from),
    key: tokens.map(({text, isExpected}) => (isExpected ? '□' : text)).join(' '),
    expected: tokens.filter(({isExpected}) => isExpected).map(({text}) => text),
    subject: tokensOf(source, subject)
      .map(({text}) => text)
      .join(' '),
    wanted: wanted.flatMap((range) => tokensOf(source, range).map(({text}) => text)).filter((text) => /[\w"'`]/.test(text)),
    strength,
    isThrow,
    isTautology,
    text: shorten(source.textOf(core.from >= from ? {from, to} : core)),
  }
}

const shorten = (text: string) => {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}
