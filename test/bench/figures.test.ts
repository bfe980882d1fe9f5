import assert from 'node:assert/strict'
import {findRegressions, mergeFigures, missedAims, type Figure} from '../../bench/figures.ts'
import {regressionLines, toMarkdown} from '../../bench/table.ts'

function figure(name: string, ratio: number, more: Partial<Figure> = {}): Figure {
  return {benchmark: 'start-up', name, ratio, details: {}, aims: [], ...more}
}

describe('findRegressions', () => {
  it('tells ratios that are over 20 % above the baseline, the worst first', () => {
    const baseline = ['same', 'bit', 'worse', 'worst', 'better'].map((name) => figure(name, 2))
    const now = [figure('same', 2), figure('bit', 2.39), figure('worse', 2.5), figure('worst', 4), figure('better', 1)]
    assert.deepEqual(
      findRegressions(baseline, now).map(({figure: {name}, growth}) => [name, growth]),
      [
        ['worst', 1],
        ['worse', 0.25],
      ],
    )
  })

  it('compares a figure with that of the same benchmark alone, and a new one with none', () => {
    assert.deepEqual(findRegressions([figure('a', 1, {benchmark: 'scale'})], [figure('a', 9), figure('b', 9)]), [])
  })

  it('is printed loudly, or not at all', () => {
    const lines = regressionLines(findRegressions([figure('a', 2)], [figure('a', 3)]))
    assert.match(lines.join('\n'), /^!! REGRESSION: 1 of the figures .*\n!! +start-up: a is 3\.00x, was 2\.00x: 50 % more$/m)
    assert.deepEqual(regressionLines([]), [])
  })
})

describe('mergeFigures', () => {
  it('replaces what was taken again, and keeps the rest, in the order of the benchmarks', () => {
    const baseline = [figure('old', 1, {benchmark: 'scale'}), figure('gone', 1), figure('a', 1)]
    const merged = mergeFigures(baseline, [figure('a', 2)], ['start-up', 'scale'])
    assert.deepEqual(
      merged.map(({name, ratio}) => [name, ratio]),
      [
        ['a', 2],
        ['old', 1],
      ],
    )
  })
})

describe('the table of figures', () => {
  const aims = [{atMost: 2}, {of: 'peak_mb', atMost: 200}, {of: 'calls_per_second', atLeast: 1000}, {of: 'absent_ms', atMost: 1}]
  const details = {peak_mb: 173, calls_per_second: 999}

  it('says which aims are missed', () => {
    assert.deepEqual(missedAims(figure('a', 2.5, {aims, details})), [aims[0], aims[2]])
    assert.deepEqual(missedAims(figure('a', 2, {aims, details: {peak_mb: 1, calls_per_second: 1000}})), [])
  })

  it('has a row for each figure, with units, and the place where they were taken', () => {
    const machine = {processor: 'Fast', cores: 2, memoryGb: 8, system: 'linux x64 6.1', versions: {node: '24.0.0'}, load: 0.1}
    const report = {takenAt: '2026-01-02T03:04:05.678Z', machine, figures: [figure('a|b', 2.5, {aims, details})]}
    const text = toMarkdown(report, () => 'this, against that')
    assert.match(text, /^Taken on 2026-01-02 on 2 cores \(Fast\), 8 GB, linux x64 6\.1, with node 24\.0\.0; load 0\.1/)
    assert.match(text, /^\*\*`start-up`\*\*: this, against that\.$/m)
    const row = String.raw`| a\|b | 2.50x | at most 2x (missed), peak at most 200 MB, calls at least 1,000/s (missed) | peak 173 MB, calls 999/s |`
    assert.ok(text.endsWith(row), text)
  })
})
