import {readFileSync} from 'node:fs'
import {fromMarkdown} from 'mdast-util-from-markdown'
import {parseSpec} from '../src/spec/parse.ts'
import {median, round, timeOf, type Measurement} from './measure.ts'

/**
 * How fast specs are read: an ordinary one against the tree builder of Markdown that checks our reading of blocks, and
 * texts that were made to be read slowly against the ordinary one, by time for a megabyte.
 */
export async function measureSpecs({bytes, runs}: {readonly bytes: number; readonly runs: number}): Promise<readonly Measurement[]> {
  const ordinary = createOrdinary(bytes)
  // The first time is that of a short command.
  const coldMs = await timeOf(() => parseSpec(ordinary))
  const times: (readonly [tree: number, ours: number])[] = []
  for (let run = 0; run < runs; run += 1) {
    times.push([await timeOf(() => fromMarkdown(ordinary.slice(0, bytes / 10))), await timeOf(() => parseSpec(ordinary))])
  }
  const msPerMb = median(times.map(([, ours]) => ours)) / (ordinary.length / 1_000_000)
  const ratio = median(times.map(([tree, ours]) => ours / ordinary.length / (tree / (bytes / 10))))
  const ordinaryFigure = toMeasurement('phases, as people write them', {ratio, msPerMb, coldMs})
  const figures: Measurement[] = [{...ordinaryFigure, aims: [{of: 'mb_per_second', atLeast: 1}]}]
  for (const [name, text] of Object.entries(createOthers(bytes / 10))) figures.push(await measureOther(name, text, {msPerMb, runs}))
  return figures
}

interface Speed {
  readonly ratio: number
  readonly msPerMb: number
  /** Of the first time, when nothing was compiled. */
  readonly coldMs: number
}

function toMeasurement(name: string, {ratio, msPerMb, coldMs}: Speed): Measurement {
  return {name, ratio, details: {mb_per_second: round(1000 / msPerMb), first_ms: Math.round(coldMs)}}
}

async function measureOther(name: string, text: string, {msPerMb, runs}: {readonly msPerMb: number; readonly runs: number}) {
  const times: number[] = []
  for (let run = 0; run < runs; run += 1) times.push(await timeOf(() => parseSpec(text)))
  const own = median(times) / (text.length / 1_000_000)
  return toMeasurement(name, {ratio: own / msPerMb, msPerMb: own, coldMs: times[0] ?? 0})
}

function createOrdinary(bytes: number): string {
  const example = readFileSync(new URL('../test/spec/mission-example.md', import.meta.url), 'utf8')
  return HEAD + fill(example.replace('## Implementation Phases', ''), bytes)
}

const HEAD = '## Implementation Phases\n\n### Phase 1: All\nModules: a\nTest Command: npm test\nSuccess Criteria:\n'
const PROSE = 'A paragraph with `code`, **emphasis** and a [link](https://example.org), as people write them.\nIt has two lines.\n\n'

function createOthers(bytes: number): Readonly<Record<string, string>> {
  return {
    prose: HEAD + fill(PROSE, bytes),
    'one list': HEAD + fill('- An item of a list that does not end\n', bytes),
    'one block of code': `${HEAD}\n\`\`\`\n${fill('some code\n', bytes)}\`\`\`\n`,
    'hostile: stars': HEAD + fill(`- ${'*'.repeat(99)}a${'*'.repeat(99)}\n`, bytes),
    'hostile: links': HEAD + fill(`- ${'[a](b)'.repeat(60)}\n`, bytes),
    'hostile: quotes': HEAD + fill(`${'> '.repeat(99)}a\n`, bytes),
  }
}

function fill(piece: string, bytes: number): string {
  return piece.repeat(Math.ceil(bytes / piece.length))
}
