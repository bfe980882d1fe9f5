/** How fast specs are read: `node bench/spec-parse.ts`. The first column is a cold start, as in a short command. */
import {readFileSync} from 'node:fs'
import {parseSpec} from '../src/spec/parse.ts'

const SIZE = 1_000_000
const example = readFileSync(new URL('../test/spec/mission-example.md', import.meta.url), 'utf8')
const prose = 'A paragraph with `code`, **emphasis** and a [link](https://example.org), as people write them.\nIt has two lines.\n\n'
const head = '## Implementation Phases\n\n### Phase 1: All\nModules: a\nTest Command: npm test\nSuccess Criteria:\n'

const documents: Readonly<Record<string, string>> = {
  phases: head + fill(example.replace('## Implementation Phases', '')),
  prose: head + fill(prose),
  'one list': head + fill('- An item of a list that does not end\n'),
  code: `${head}\n\`\`\`\n${fill('some code\n')}\`\`\`\n`,
  'hostile: stars': head + fill(`- ${'*'.repeat(99)}a${'*'.repeat(99)}\n`),
  'hostile: links': head + fill(`- ${'[a](b)'.repeat(60)}\n`),
  'hostile: quotes': head + fill(`${'> '.repeat(99)}a\n`),
}

for (const [name, text] of Object.entries(documents)) {
  const times = Array.from({length: 3}, () => measure(text))
  const rates = times.map((ms) => `${(text.length / 1000 / ms).toFixed(2)} MB/s`)
  console.log(`${name.padEnd(16)} ${times.map((ms) => `${ms.toFixed(0)} ms`).join(', ')} (${rates.join(', ')})`)
}

function fill(piece: string): string {
  return piece.repeat(Math.ceil(SIZE / piece.length))
}

function measure(text: string): number {
  const start = performance.now()
  parseSpec(text)
  return performance.now() - start
}
