import assert from 'node:assert/strict'
import type {Claim, CriterionVerdict} from '../../src/events.ts'
import {parseAnswer} from '../../src/run/review-answer.ts'
import type {CommandProof} from '../../src/run/review-commands.ts'
import {findFault, findMoved, isIdle} from '../../src/run/review-evidence.ts'
import {judgeClaim} from '../../src/run/review-verdict.ts'

const TEXT = 'export function total(n) {\n  return Math.max(0, n)\n}\n\nserve(total)\n'
const place = (line: number, quote: string) => ({kind: 'place', file: 'shop.js', line, quote}) as const

describe('the answer of a reviewer', () => {
  const CWD = '/trees/check'
  const parse = (criteria: unknown, asked: readonly string[] = ['p1.c1']) => {
    const answer = parseAnswer({criteria}, asked, CWD)
    assert.ok('claims' in answer)
    return answer.claims
  }

  it('is read for what was asked: nothing is lost, nothing added', () => {
    const claims = parse([{id: 'p9.c9', verdict: 'met', evidence: {command: 'npm test'}}], ['p1.c1', 'p1.c2'])
    assert.deepEqual(
      claims.map(({id, verdict, reason}) => [id, verdict, reason]),
      [
        ['p1.c1', 'unverified', 'The reviewer did not answer it.'],
        ['p1.c2', 'unverified', 'The reviewer did not answer it.'],
      ],
    )
  })

  it('may name a place or a command, with full paths of where it worked', () => {
    const [at] = parse([{id: 'p1.c1', verdict: 'met', reason: ' It is. ', evidence: {file: `${CWD}/src/a.js`, line: 3, quote: 'a'}}])
    assert.deepEqual(at, {
      id: 'p1.c1',
      verdict: 'met',
      reason: 'It is.',
      evidence: {kind: 'place', file: 'src/a.js', line: 3, quote: 'a'},
    })
    const [run] = parse([{id: 'p1.c1', verdict: 'unmet', evidence: {command: `node ${CWD}/a.js`}}])
    assert.deepEqual(run?.evidence, {kind: 'command', command: 'node ./a.js'})
  })

  for (const [what, item, reason] of [
    ['no known verdict', {id: 'p1.c1', verdict: 'done'}, /no verdict `met`/],
    [
      'unverified',
      {id: 'p1.c1', verdict: 'unverified', reason: 'No database here.'},
      /^The reviewer could not settle it: No database here\.$/,
    ],
  ] as const) {
    it(`leaves a criterion unverified that has ${what}`, () => {
      const [claim] = parse([item])
      assert.equal(claim?.verdict, 'unverified')
      assert.match(claim?.reason ?? '', reason)
    })
  }

  it('counts for nothing where it is given twice, or has no list', () => {
    const twice = parse([
      {id: 'p1.c1', verdict: 'met'},
      {id: 'p1.c1', verdict: 'unmet'},
    ])
    assert.deepEqual(twice, [{id: 'p1.c1', verdict: 'unverified', reason: 'The reviewer answered it 2 times.'}])
    for (const json of [null, [], 'met', {criteria: 'all met'}]) assert.ok('problem' in parseAnswer(json, ['p1.c1'], CWD))
  })
})

describe('the evidence of a reviewer', () => {
  it('holds where the quote stands on the line, whatever its white space', () => {
    assert.equal(findFault(place(2, 'return   Math.max(0, n)'), TEXT), undefined)
    assert.equal(findFault(place(1, 'total(n) {\n    return Math.max(0, n)'), TEXT), undefined)
  })

  for (const [what, at, text, why] of [
    ['a line that is not there', place(99, 'Math.max'), TEXT, 'shop.js has no line 99'],
    ['a quote that stands elsewhere', place(1, 'Math.max'), TEXT, 'what it quotes does not stand at shop.js:1, but at line 2'],
    ['a quote that stands nowhere', place(2, 'Math.min'), TEXT, 'what it quotes does not stand at shop.js:2'],
    ['a brace', place(3, '}'), TEXT, 'it quotes nothing of shop.js:3'],
    ['no file', place(1, 'Math.max'), undefined, 'shop.js is no text file of the committed tree'],
  ] as const) {
    it(`does not hold for ${what}`, () => assert.equal(findFault(at, text), why))
  }

  it('is found again where other work moved it', () => {
    assert.equal(findMoved(place(2, 'return Math.max(0, n)'), `// first\n\n${TEXT}`)?.line, 4)
    assert.equal(findMoved(place(2, 'return Math.max(0, n)'), 'export {}\n'), undefined)
  })

  for (const command of [
    'true',
    'exit 0',
    ':',
    'echo all is well',
    'cd src && true',
    'exit 1',
    'false',
    '/bin/true',
    'test 1 = 1',
    '[ a ]',
  ])
    it(`is no command such as ${command}`, () => assert.ok(isIdle(command)))
  for (const command of ['node --test', 'test -f a.js', 'echo hi | grep -q hi', '! grep -rq eval src', '[ -s a.js ]'])
    it(`may be ${command}`, () => assert.ok(!isIdle(command)))
})

describe('the verdict on a claim', () => {
  const ran = (exitCode: number | null, more: Partial<CommandProof> = {}): CommandProof => {
    return {exitCode, end: `exited with ${exitCode}`, output: '', changed: [], isEmpty: false, ...more}
  }
  const claim = (verdict: Claim['verdict'], more: Partial<Claim> = {}): Claim => {
    return {id: 'p1.c1', verdict, evidence: {kind: 'command', command: 'node check.js'}, ...more}
  }
  const cases: readonly (readonly [string, Claim, CommandProof, CriterionVerdict['verdict'], RegExp])[] = [
    ['met where its command exits with 0', claim('met'), ran(0), 'met', /^`node check\.js` exited with 0\.$/],
    ['unmet where its command fails', claim('unmet'), ran(3, {output: 'total is -1'}), 'unmet', /exited with 3\.\ntotal is -1$/],
    ['unverified where a command that should pass fails', claim('met'), ran(1), 'unverified', /says met, but .* exited with 1 when/],
    ['unverified where a command that should fail passes', claim('unmet'), ran(0), 'unverified', /says unmet, but .* exited with 0/],
    ['unverified where the command passes without the work', claim('met'), ran(0, {isEmpty: true}), 'unverified', /empty folder/],
    ['unverified where the command runs no test', claim('met'), ran(0, {executed: 0}), 'unverified', /runs no test/],
    ['unverified where the command writes', claim('met'), ran(0, {changed: ['a.js']}), 'unverified', /changes a\.js/],
    ['unverified where the program is missing', claim('unmet'), ran(127), 'unverified', /exited with 127/],
    ['unverified where it was stopped', claim('unmet'), ran(null), 'unverified', /evidence does not hold/],
    ['unmet where it held after its phase, and fails now', claim('met', {carried: true}), ran(1), 'unmet', /exited with 0 after the phase/],
  ]
  for (const [name, said, proof, verdict, evidence] of cases) {
    it(`is ${name}`, () => {
      const judged = judgeClaim(said, {proof})
      assert.equal(judged.verdict, verdict)
      assert.match(judged.evidence, evidence)
    })
  }

  it('is unverified without evidence, and for a command that proves nothing', () => {
    const {evidence: _, ...bare} = claim('met')
    assert.equal(judgeClaim(bare, {}).verdict, 'unverified')
    const idle = judgeClaim(claim('met', {evidence: {kind: 'command', command: 'true'}}), {proof: ran(0)})
    assert.deepEqual([idle.verdict, /whatever the code is/.test(idle.evidence)], ['unverified', true])
  })

  it('names the place that proves it', () => {
    const judged = judgeClaim(claim('met', {evidence: place(2, 'Math.max(0, n)'), reason: 'Never below 0.'}), {})
    assert.deepEqual(judged, {verdict: 'met', check: 'review: shop.js:2', evidence: 'shop.js:2 `Math.max(0, n)` Never below 0.'})
    assert.equal(judgeClaim(claim('met', {evidence: place(2, 'x')}), {fault: 'it is not there'}).verdict, 'unverified')
  })
})
