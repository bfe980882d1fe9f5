import {above, childrenOf, type SourceCall, type SourceTree} from '@conduct-cli/source'
import type {Claim} from './claims.ts'
import {constantOf, isSameWithoutCall} from './constants.ts'
import {plainText} from './ranges.ts'

const FAILURE = /^[\w.()]+\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)$/
const LIBRARY =
  /^(?:assert|require|must|is|s|suite|[\w.()]+\.(?:Require|Assert)\(\))\.(?:\w*Equal\w*|True|False|Nil|NotNil|NoError|Error|ErrorIs|ErrorAs|ErrorContains|Contains|NotContains|Len|Empty|NotEmpty|Zero|NotZero|Greater\w*|Less\w*|Panics\w*|NotPanics|InDelta|Eventually|Regexp|Same|ElementsMatch|Implements|IsType|Fail|FailNow)f?$/
const HELPER = /(?:^|\.)(?:assert|expect|verify|check|ensure|must|require|should)\w*$/i

/** What a call asserts: the `testing` package, testify and its kin, and helpers by name. */
export function claimOfGoCall(call: SourceCall, source: SourceTree): Claim | undefined {
  const {callee, from, to, node, args} = call
  if (LIBRARY.test(callee)) return libraryClaim(call, source)
  if (FAILURE.test(callee)) return failureClaim(call, source)
  if (!HELPER.test(callee)) return undefined
  return {from, to, core: {from, to}, subject: args[0] ?? {from, to}, strength: 'helper', isTautology: false, own: [node]}
}

/** `assert.Equal(t, want, got, "message")`; in a suite the `t` is left out. */
function libraryClaim({callee, args, from, to, node}: SourceCall, source: SourceTree): Claim {
  const values = /^(?:assert|require|must|is)\./.test(callee) && plainText(source, args[0] ?? {from, to}).length < 12 ? args.slice(1) : args
  const isTruth = /\.(?:True|False|Nil|NotNil|NoError|Error|Empty|NotEmpty|Zero|NotZero)f?$/.test(callee)
  const [first, second] = values
  const text = first ? plainText(source, first) : ''
  const isEqual = /\.(?:Equal|EqualValues|Exactly|Same)f?$/.test(callee) && second !== undefined
  const isTautology =
    (/\.Truef?$/.test(callee) && constantOf(text) === true) ||
    (/\.Falsef?$/.test(callee) && constantOf(text) === false) ||
    (/\.Nilf?$/.test(callee) && text === 'nil') ||
    (isEqual && isSameWithoutCall(text, plainText(source, second)))
  const end = (isTruth ? first : (second ?? first))?.to ?? to
  return {
    from,
    to,
    core: {from, to: end},
    subject: second ?? first ?? {from, to},
    strength: isTruth ? 'weak' : 'exact',
    isTautology,
    own: [node],
  }
}

/** `if got != 5 { t.Errorf("…") }`: the condition is what is claimed. */
function failureClaim({from, to, node}: SourceCall, source: SourceTree): Claim {
  const condition = above(
    node,
    ({name}) => name === 'IfStatement',
    ({name}) => name === 'FunctionLiteral' || name === 'FunctionDecl',
  )
  const block = childrenOf(condition).find(({name}) => name === 'Block')
  const core = condition && block && block.from <= from ? {from: condition.from, to: block.from} : {from, to}
  const text = source
    .textOf(core)
    .replace(/^if\s+/, '')
    .trim()
  const isExact = /[=!]=|[<>]/.test(text)
  const isTautology = condition !== undefined && constantOf(text.split(';').at(-1)?.trim() ?? '') === false
  return {from, to, core, subject: core, strength: isExact ? 'exact' : 'weak', isTautology, own: []}
}
