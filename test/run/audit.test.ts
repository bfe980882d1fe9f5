import assert from 'node:assert/strict'
import {toVerdict} from '../../src/run/audit.ts'
import {parseAudit} from '../../src/run/audit-answer.ts'

const TREE = {
  changed: new Set(['src/files.js', 'src/gone.js']),
  readText: async (file: string) => (file === 'src/files.js' ? 'one\ntwo\nthree\n' : undefined),
}
const finding = (more: object = {}) => ({severity: 'high', file: 'src/files.js', line: 2, message: 'A path is joined unchecked.', ...more})
const parse = (...findings: readonly object[]) => parseAudit({findings}, '/trees/check', TREE)

describe('the answer of a security-auditor', () => {
  it('may be that there is nothing', async () => {
    assert.deepEqual(await parse(), {findings: [], refused: []})
  })

  it('is read with its places, the worst first', async () => {
    const answer = await parse(finding({severity: 'low', line: undefined}), finding({file: '/trees/check/src/files.js'}))
    assert.ok('findings' in answer)
    assert.deepEqual(
      answer.findings.map(({severity, file, line}) => [severity, file, line]),
      [
        ['high', 'src/files.js', 2],
        ['low', 'src/files.js', undefined],
      ],
    )
  })

  it('counts what points to the work alone, and says what does not', async () => {
    const answer = await parse(finding(), finding({line: 9}), finding({file: 'README.md'}), {message: 'Be careful.'})
    assert.ok('findings' in answer)
    assert.equal(answer.findings.length, 1)
    assert.deepEqual(answer.refused, [
      'src/files.js has no line 9',
      'README.md is no file that the work changed',
      'a finding needs `severity`, `file` and `message`',
    ])
  })

  it('is none when all that it names is false, or when it is nonsense', async () => {
    assert.ok('problem' in (await parse(finding({file: 'README.md'}))))
    for (const json of [null, 'secure', {findings: 'none'}]) assert.ok('problem' in (await parseAudit(json, '/trees/check', TREE)))
  })

  it('blocks the merge from a severity on; weaker findings are named', async () => {
    const answer = await parse(finding({severity: 'medium'}), finding({severity: 'low', line: 3}))
    assert.ok('findings' in answer)
    const strict = toVerdict(answer, 'medium', 5)
    assert.deepEqual([strict.validator, strict.status, strict.findings.length], ['security-audit', 'fail', 1])
    assert.match(strict.evidence, /1 of severity medium or above\. src\/files\.js:3 low: A path/)
    assert.equal(toVerdict(answer, 'high', 5).status, 'pass')
  })
})
