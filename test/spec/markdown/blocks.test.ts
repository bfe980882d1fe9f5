import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type {Nodes} from 'mdast'
import {fromMarkdown} from 'mdast-util-from-markdown'
import {MAX_NESTING, readBlocks} from '../../../src/spec/markdown/blocks.ts'

/** One line a block, so that a difference is easy to read. Neighbouring blocks of code count as one. */
function describeBlock({kind, depth, level, isItem, isQuoted, line, code}: Seen): string {
  const place = `level ${level}${isItem ? ', begins an item' : ''}${isQuoted ? ', quoted' : ''}`
  return kind === 'code' ? `code, ${place}: ${code}` : `${kind} ${depth}, ${place}, line ${line}`
}

interface Seen {
  readonly kind: string
  readonly depth: number
  readonly level: number
  readonly isItem: boolean
  readonly isQuoted: boolean
  readonly line: number
  readonly code: string
}

/** What micromark makes of the same document: the reference. */
function readWithMicromark(text: string): readonly Seen[] {
  const seen: Seen[] = []
  const walk = (node: Nodes, level: number, isItem: boolean, isQuoted: boolean): void => {
    const place = {level, isItem, isQuoted, line: node.position?.start.line ?? 0, code: ''}
    if (node.type === 'heading') seen.push({...place, kind: 'heading', depth: node.depth})
    else if (node.type === 'paragraph') seen.push({...place, kind: 'paragraph', depth: 0})
    else if (node.type === 'code') seen.push({...place, kind: 'code', depth: 0, code: node.value})
    else if ('children' in node) {
      const isList = node.type === 'listItem'
      for (const [index, child] of node.children.entries()) {
        walk(child, level + (isList ? 1 : 0), isList && index === 0 && child.type !== 'blockquote', isQuoted || node.type === 'blockquote')
      }
    }
  }
  walk(fromMarkdown(text), 0, false, false)
  return seen
}

function readWithOurs(text: string): readonly Seen[] {
  return readBlocks(text).blocks.map((block) => ({
    ...block,
    line: block.lines[0]?.line ?? 0,
    code: block.kind === 'code' ? block.lines.map(({text}) => text).join('\n') : '',
  }))
}

/** micromark cuts some blocks of code in two. */
function describeBlocks(seen: readonly Seen[]): readonly string[] {
  const merged: Seen[] = []
  for (const block of seen) {
    const last = merged.at(-1)
    const isMore = block.kind === 'code' && last?.kind === 'code' && last.level === block.level && last.isQuoted === block.isQuoted
    if (isMore) merged[merged.length - 1] = {...last, code: `${last.code}\n${block.code}`}
    else merged.push(block)
  }
  return merged.map((block) => describeBlock({...block, code: block.code.replaceAll(/\s+/g, ' ').trim()}))
}

const word = fc.constantFrom('a', 'word', 'Modules: x', 'b c')
const opener = fc.constantFrom('', '', '', '- ', '* ', '1. ', '1) ', '> ', '>', '# ', '### ', '  ', '   ', ' ', '-   ')
const marks = fc.constantFrom(
  '```',
  '~~~',
  '````',
  '---',
  '***',
  '===',
  '<!--',
  '-->',
  '<!-- x -->',
  '<div>',
  '</div>',
  '#',
  '## x ##',
  '  - a',
  '- - a',
)
const line = fc.oneof(
  {weight: 3, arbitrary: fc.tuple(fc.array(opener, {maxLength: 3}), word).map(([openers, text]) => openers.join('') + text)},
  {weight: 2, arbitrary: fc.tuple(opener, marks).map(([start, text]) => start + text)},
  {weight: 1, arbitrary: fc.constant('')},
)

describe('readBlocks', () => {
  it('finds the blocks that micromark finds', () => {
    fc.assert(
      fc.property(fc.array(line, {maxLength: 12}), (lines) => {
        const text = lines.join('\n')
        // Front matter is ours alone to leave out: CommonMark knows none.
        fc.pre(!/^---\s*$/.test(lines[0] ?? ''))
        assert.deepEqual(describeBlocks(readWithOurs(text)), describeBlocks(readWithMicromark(text)))
      }),
      {numRuns: 1000},
    )
  })

  it('reads no deeper than its limit, and says where', () => {
    assert.equal(readBlocks(`a\n\n${'> '.repeat(MAX_NESTING + 1)}b`).tooDeepAt, 3)
  })

  it('does not take a number for a list in the middle of a paragraph', () => {
    assert.equal(readBlocks('That was in\n1986. A good year.').blocks.length, 1)
  })

  it('leaves out front matter', () => {
    assert.deepEqual(
      readBlocks('---\ntitle: "# x"\n---\n# Title').blocks.map(({lines}) => lines),
      [[{text: 'Title', line: 4, column: 3}]],
    )
  })

  it('keeps the tabs of code', () => {
    assert.equal(readBlocks('```\n\tgo test\n```').blocks[0]?.lines[0]?.text, '\tgo test')
  })
})
