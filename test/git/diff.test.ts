import assert from 'node:assert/strict'
import {compareMerge, neededBlobs} from '../../src/git/compare.ts'
import {parseDiffs, unquotePath, type FileDiff, type Hunk} from '../../src/git/diff.ts'
import {formatConfig, parseConfigList} from '../../src/git/config-text.ts'

const ids = {zero: '0'.repeat(40), a: 'a'.repeat(40), b: 'b'.repeat(40), c: 'c'.repeat(40), d: 'd'.repeat(40)}

describe('parseDiffs', () => {
  it('reads files and hunks of each pair, and takes no content for a header', () => {
    const text = [
      `${ids.a} ${ids.b}`,
      `:100644 100644 ${ids.a} ${ids.b} M\t"odd\\n\\303\\244.txt"`,
      `:000000 100755 ${ids.zero} ${ids.c} A\tnew`,
      '',
      'diff --git "a/odd\\n\\303\\244.txt" "b/odd\\n\\303\\244.txt"',
      '--- x',
      '+++ x',
      '@@ -1,2 +1,3 @@ function',
      '--- old',
      '-@@ -1 +1 @@',
      '+++ new',
      '+diff --git a/x b/x',
      `+${ids.a} ${ids.b}`,
      'diff --git a/new b/new',
      'new file mode 100755',
      '@@ -0,0 +1 @@',
      '+only',
      '\\ No newline at end of file',
      `${ids.a} ${ids.c}`,
    ].join('\n')
    const diffs = parseDiffs(text)
    const [odd, fresh] = diffs.get(`${ids.a} ${ids.b}`) ?? []
    assert.equal(odd?.path, 'odd\nä.txt')
    assert.deepEqual(odd?.hunks, [
      {oldStart: 1, newStart: 1, removed: ['-- old', '@@ -1 +1 @@'], added: ['++ new', 'diff --git a/x b/x', `${ids.a} ${ids.b}`]},
    ])
    assert.equal(fresh?.path, 'new')
    assert.deepEqual(fresh?.hunks[0]?.added, ['only'])
    assert.deepEqual(diffs.get(`${ids.a} ${ids.c}`), [])
  })

  it('keeps patches and files together when a file becomes a link', () => {
    const text = [
      `${ids.a} ${ids.b}`,
      `:100644 120000 ${ids.a} ${ids.b} T\ta`,
      `:100644 100644 ${ids.a} ${ids.c} M\tb`,
      '',
      'diff --git a/a b/a',
      '@@ -1 +0,0 @@',
      '-text',
      'diff --git a/a b/a',
      '@@ -0,0 +1 @@',
      '+target',
      'diff --git a/b b/b',
      '@@ -1 +1 @@',
      '-1',
      '+2',
    ].join('\n')
    const [link, file] = parseDiffs(text).get(`${ids.a} ${ids.b}`) ?? []
    assert.equal(link?.hunks.length, 2)
    assert.deepEqual(file?.hunks[0]?.added, ['2'])
  })

  it('unquotes names', () => {
    assert.equal(unquotePath('plain'), 'plain')
    assert.equal(unquotePath('"a\\"b\\\\c\\td"'), 'a"b\\c\td')
  })
})

describe('the configuration of a shadow', () => {
  it('reads what git lists and writes what git reads', () => {
    const entries = parseConfigList('core.bare\0filter.a.b"c.clean\nx "y" \\ z\nw\0')
    assert.deepEqual(entries, [
      {key: 'core.bare', value: 'true'},
      {key: 'filter.a.b"c.clean', value: 'x "y" \\ z\nw'},
    ])
    assert.equal(formatConfig(entries), '[core]\n\tbare = "true"\n[filter "a.b\\"c"]\n\tclean = "x \\"y\\" \\\\ z\\nw"\n')
  })
})

const hunk = (removed: string[], added: string[], oldStart = 1): Hunk => ({oldStart, newStart: oldStart, removed, added})

function change(newId: string, hunks: readonly Hunk[], extra: Partial<FileDiff> = {}): FileDiff {
  return {path: 'f', oldMode: '100644', newMode: '100644', oldId: ids.a, newId, isBinary: false, hunks, ...extra}
}

function compare(ours: FileDiff[], theirs: FileDiff[], merged: FileDiff[], texts: Record<string, string>, conflicts: string[] = []) {
  return compareMerge({ours, theirs, merged, conflicts: new Set(conflicts)}, new Map(Object.entries(texts)))
}

describe('compareMerge', () => {
  const ours = [change(ids.b, [hunk(['1'], ['one'])])]
  const theirs = [change(ids.c, [hunk(['3'], ['three', 'four'], 3)])]
  const base = '1\n2\n3\n'

  it('finds both sides in a good merge', () => {
    const merged = [change(ids.d, [])]
    assert.deepEqual(neededBlobs({ours, theirs, merged, conflicts: new Set()}).toSorted(), [ids.a, ids.d])
    assert.deepEqual(compare(ours, theirs, merged, {[ids.a]: base, [ids.d]: 'one\n2\nthree\nfour\n'}), {checked: 2, lost: []})
  })

  it('names a hunk of which a line is gone, even when the same line is elsewhere', () => {
    const merged = [change(ids.d, [])]
    const doubled = [change(ids.c, [hunk(['3'], ['three', '2'], 3)])]
    const {lost} = compare(ours, doubled, merged, {[ids.a]: base, [ids.d]: 'one\n2\nthree\n'})
    assert.deepEqual(lost, ['f: three'])
  })

  it('names every hunk of a side whose file is as the other side, or the base, has it', () => {
    assert.deepEqual(compare(ours, theirs, [change(ids.b, [])], {[ids.a]: base, [ids.b]: 'one\n2\n3\n'}).lost, ['f: three'])
    assert.deepEqual(compare(ours, theirs, [], {}).lost, ['f: one', 'f: three'])
  })

  it('names lines that were deleted and are back', () => {
    const deletion = [change(ids.b, [hunk(['2'], [], 2)])]
    assert.deepEqual(compare(deletion, theirs, [change(ids.d, [])], {[ids.a]: base, [ids.d]: '1\n2\nthree\nfour\n'}).lost, ['f: -2'])
    assert.deepEqual(compare(deletion, theirs, [change(ids.d, [])], {[ids.a]: base, [ids.d]: '1\nthree\nfour\n'}).lost, [])
  })

  it('counts what both sides did alike once', () => {
    const both = hunk(['2'], ['two'], 2)
    const mine = [change(ids.b, [hunk(['1'], ['one']), both])]
    const other = [change(ids.c, [both, hunk(['3'], ['three'], 3)])]
    assert.deepEqual(compare(mine, other, [change(ids.d, [])], {[ids.a]: base, [ids.d]: 'one\ntwo\nthree\n'}).lost, [])
  })

  it('lets a conflicted file be written anew, as long as a new word of each side is left', () => {
    const [a, b] = [[change(ids.b, [hunk(['1'], ['add(alpha)'])])], [change(ids.c, [hunk(['1'], ['add(beta)'])])]]
    const result = [change(ids.d, [])]
    assert.deepEqual(compare(a, b, result, {[ids.a]: base, [ids.d]: 'both = [alpha, beta]\n'}, ['f']).lost, [])
    assert.deepEqual(compare(a, b, result, {[ids.a]: base, [ids.d]: 'only = [alpha2, beta]\n'}, ['f']).lost, ['f: add(alpha)'])
  })

  it('checks binaries, links, new and deleted files as a whole', () => {
    const binary = change(ids.b, [], {isBinary: true})
    assert.deepEqual(compare([binary], [], [change(ids.c, [], {isBinary: true})], {}).lost, ['f: the new content'])
    assert.deepEqual(compare([change(ids.b, [], {oldId: ids.zero, oldMode: '000000'})], [], [], {}).lost, ['f: the new file'])
    const deleted = change(ids.zero, [hunk(['1'], [])], {newMode: '000000'})
    assert.deepEqual(compare([deleted], [], [deleted], {}).lost, [])
    assert.equal(compare([deleted], [], [], {}).lost.length, 1)
  })

  it('checks a mode that one side changed', () => {
    const executable = change(ids.a, [], {newMode: '100755'})
    assert.deepEqual(compare([executable], [], [executable], {}), {checked: 1, lost: []})
    assert.deepEqual(compare([executable], theirs, [change(ids.c, [])], {}).lost, ['f: mode 100755'])
  })
})
