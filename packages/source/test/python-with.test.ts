import assert from 'node:assert/strict'
import {parseSource} from '../src/source.ts'

describe('with in Python', () => {
  const functionsOf = (body: string) => {
    const text = `def first():\n${body}\n    assert first\n\n\ndef second():\n    pass\n`
    return parseSource('a.py', text)?.functions.map(({name, line, statements}) => `${name} ${line} ${statements.length}`)
  }
  const lines = (body: string) => body.split('\n').length

  for (const body of [
    '    with a() as (b, c):\n        pass',
    '    with a() as self.b, c() as d[0]:\n        pass',
    '    with (a() as b, c("(") as d):\n        pass',
    '    async with (\n        a() as b,  # one\n        c() as d,\n    ):\n        pass',
    '    with (a or b):\n        pass',
  ]) {
    it(`ends where it ends: ${body
      .trim()
      .split('\n')
      .map((line) => line.trim())
      .join(' ')}`, () => {
      assert.deepEqual(functionsOf(body), ['first 1 2', `second ${lines(body) + 5} 1`])
    })
  }

  it('is read in its own words', () => {
    const source = parseSource('a.py', 'with (open("a") as f, open("b") as (g, h)):\n    f.read()\n')
    assert.deepEqual(
      source?.calls.map(({callee, args}) => [callee, ...args.map((arg) => source.textOf(arg))]),
      [['open', '"a"'], ['open', '"b"'], ['f.read']],
    )
  })
})
