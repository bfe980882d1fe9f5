import assert from 'node:assert/strict'
import {array, assert as check, constantFrom, property} from 'fast-check'
import {languageOf} from '../src/languages.ts'
import {findMarks} from '../src/marks.ts'
import {scan} from '../src/scanner.ts'

describe('scan', () => {
  const files = ['a.js', 'a.py', 'a.go', 'a.rs', 'a.java', 'a.sh', 'a.rb', 'a.php', 'a.sql', 'a.lua', 'a.hs', 'a.css', 'a.html']
  const source = array(
    constantFrom('"', "'", '`', '/', '*', '/*', '*/', '#', '"""', '${', '{', '}', '\\', '\n', ' ', 'a', '=', '--', '<!--', '-->', 'r'),
  ).map((parts) => parts.join(''))

  it('loses nothing and counts lines, whatever the text', () => {
    check(
      property(constantFrom(...files), source, (file, text) => {
        const language = languageOf(file)
        assert.ok(language)
        let line = 1
        const tokens = scan(text, language)
        for (const token of tokens) {
          assert.equal(token.line, line)
          line += token.text.split('\n').length - 1
        }
        assert.equal(tokens.map((token) => token.text).join(''), text)
      }),
    )
  })

  it('reads a megabyte in well under two seconds', () => {
    const text = 'const a = `x ${b / 2} "y"` // more\n'.repeat(28_000)
    const begin = performance.now()
    assert.deepEqual(findMarks('a.js', text), [])
    assert.ok(performance.now() - begin < 2000)
  })
})
