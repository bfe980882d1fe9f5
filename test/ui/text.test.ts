import assert from 'node:assert/strict'
import {
  formatColumns,
  formatDuration,
  formatElapsed,
  formatFinding,
  formatUsage,
  oneLine,
  shorten,
  stripControl,
  wrap,
} from '../../src/ui/text.ts'

describe('text from agents, tests and file names', () => {
  it('loses colours, cursor movements and window titles', () => {
    assert.equal(stripControl('\u001B[31mred\u001B[0m \u001B[2J\u001B[1;1Hgone \u001B]0;title\u0007end'), 'red gone end')
  })

  it('loses control characters of both ranges, and keeps newlines and tabs', () => {
    assert.equal(stripControl('a\u0000b\u0007c\u009Dd\u007Fe\n\tf'), 'abcde\n\tf')
  })

  it('leaves no escape character behind, however the sequence is broken', () => {
    for (const text of ['\u001B', '\u001B[', '\u001B\u001B[31m', '\u001B[\u001B[2J', '\u001BP1$r0m\u001B\\', '\u009B31m']) {
      assert.doesNotMatch(stripControl(text), /\p{Cc}/u, JSON.stringify(text))
    }
  })

  it('cannot turn the direction of a line around', () => {
    assert.equal(stripControl('safe\u202Egnp.js\u2066x\u2069'), 'safegnp.jsx')
  })

  it('makes a carriage return a new line, so that nothing is written over', () => {
    assert.equal(stripControl('10%\r20%\r\n'), '10%\n20%\n')
  })

  it('fits on one line', () => {
    assert.equal(oneLine('  a\n\tb   c  '), 'a b c')
    assert.equal(oneLine('abcdef', 4), 'abc…')
  })

  it('is shortened between characters, never within one', () => {
    assert.equal(shorten('😀😀😀', 2), '😀…')
    assert.equal(shorten('😀😀', 2), '😀😀')
  })
})

describe('figures for people', () => {
  it('show a time with the precision that it deserves', () => {
    const cases = [400, 3_210, 9_960, 59_400, 59_600, 185_000, 7_620_000].map(formatDuration)
    assert.deepEqual(cases, ['0.4s', '3.2s', '10s', '59s', '1m 00s', '3m 05s', '2h 07m'])
  })

  it('show what still goes on in whole seconds', () => {
    assert.deepEqual([900, 12_999, 61_000].map(formatElapsed), ['0s', '12s', '1m 01s'])
  })

  it('say nothing of money that was not spent', () => {
    assert.equal(formatUsage({tokens: 0, usd: 0}), '')
    assert.equal(formatUsage({tokens: 12_345, usd: 0.418}), '12,345 tokens, 0.42 USD')
  })

  it('put a finding in one line that begins with its place', () => {
    assert.equal(formatFinding({message: 'expected 3\ngot 2', file: 'src/x.js', line: 4}), 'src/x.js:4 expected 3')
    assert.equal(formatFinding({message: 'no test ran'}), 'no test ran')
    assert.equal(formatFinding({message: 'adds: to be equal:\n\n3 !== 2\nmore'}), 'adds: to be equal: 3 !== 2')
  })

  it('are wrapped at spaces, and indented after the first line', () => {
    assert.deepEqual(wrap('src/a.js:3 say what is to be done', 20), ['src/a.js:3 say what', '    is to be done'])
    assert.deepEqual(wrap(`src/${'a'.repeat(28)}.js`, 20), [`src/${'a'.repeat(16)}`, `    ${'a'.repeat(12)}.js`])
    assert.deepEqual(wrap('short'), ['short'])
  })

  it('stand in columns', () => {
    assert.deepEqual(
      formatColumns([
        ['a', 'long', 'x'],
        ['bbb', '', 'y'],
      ]),
      ['a    long  x', 'bbb        y'],
    )
  })
})
