import assert from 'node:assert/strict'
import {array, assert as check, constantFrom, property, string} from 'fast-check'
import {parseSource} from '../src/source.ts'

const FILES = [
  'a.js',
  'a.ts',
  'a.tsx',
  'a.py',
  'a.go',
  'A.java',
  'a.rs',
  'a.cpp',
  'a.php',
  'a.sh',
  'a.rb',
  'a.sql',
  'a.hs',
  'a.html',
  'a.swift',
]
const PARTS =
  '" \' ` / * /* */ # """ ${ { } ( ) [ ] < > \\ \n \r\n : ; , . = => -- <!-- --> @ ! ? ?. a def class function func import from if try \u0000 \uD800 é \uFEFF <<A <?php'

/** Reads all there is to read of a text. */
function readAll(file: string, text: string) {
  const tree = parseSource(file, text)
  assert.ok(tree)
  const {comments, strings, functions, calls, imports} = tree
  return {tree, places: [comments, strings, functions, calls, imports].flat()}
}

describe('a source file', () => {
  it('is read without a throw, and in order, whatever it contains', () => {
    const piece = constantFrom(...PARTS.split(' '), ' ', '  ')
    check(
      property(constantFrom(...FILES), array(piece, {maxLength: 200}), string(), (file, pieces, rest) => {
        const text = pieces.join('') + rest
        const {tree, places} = readAll(file, text)
        const lines = text.split('\n').length
        for (const {from, to, line} of places) assert.ok(0 <= from && from <= to && to <= text.length && line >= 1 && line <= lines)
        for (const comment of tree.comments) assert.equal(tree.textOf(comment), comment.text)
        assert.deepEqual(
          tree.comments.map(({from}) => from),
          tree.comments.map(({from}) => from).toSorted((first, second) => first - second),
        )
      }),
      {numRuns: 300},
    )
  })

  const size = 16 * 1024
  const hostile: Readonly<Record<string, string>> = {
    'open brackets': '('.repeat(size),
    'open braces': 'a {'.repeat(size / 3),
    'closed brackets': '['.repeat(size / 2) + ']'.repeat(size / 2),
    'open templates': '`${'.repeat(size / 3),
    'one chain of calls': `a${'.b()'.repeat(size / 4)}`,
    'one list': `[${'() => 1,'.repeat(size / 8)}]`,
    'texts without an end': 'a <<B\n'.repeat(size / 6),
    'open comments': '/* {- <!-- '.repeat(size / 11),
    indentation: Array.from({length: 300}, (_, index) => `${' '.repeat(index)}if a:\n`).join(''),
  }
  for (const [what, text] of Object.entries(hostile)) {
    it(`takes no long time: ${what}`, function () {
      this.timeout(60_000)
      for (const file of FILES) {
        const seconds = secondsOf(() => readAll(file, text))
        assert.ok(seconds < 3, `${file}: ${seconds} s`)
      }
    })
  }

  it('keeps its comments when it takes the parser too long', () => {
    const {tree} = readAll('a.js', `${'<'.repeat(size)} // a\n`)
    assert.deepEqual([tree.tree, tree.language, tree.comments.map(({text}) => text)], [undefined, 'javascript', ['// a']])
  })

  it('of a quarter of a megabyte is read in well under two seconds', () => {
    const text = 'export const a = (b) => `x ${b / 2} "y"` // more\n'.repeat(5_500)
    assert.ok(secondsOf(() => assert.equal(readAll('a.js', text).tree.comments.length, 5_500)) < 2)
  })
})

/** Of the processor: other work on the machine does not count. */
function secondsOf(work: () => void): number {
  const begin = process.cpuUsage()
  work()
  const {user, system} = process.cpuUsage(begin)
  return (user + system) / 1e6
}
