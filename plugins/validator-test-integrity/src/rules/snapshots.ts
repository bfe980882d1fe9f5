import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison} from '../comparison.ts'
import {isAskedFor} from '../spec-words.ts'

const SNAPSHOT = /(?:^|\/)__snapshots__\/|\.(?:snap|ambr|snapshot)$/
const GOLDEN =
  /\.golden(?:\.\w+)?$|(?:^|\/)(?:testdata|__golden__|golden|goldens)\/.*(?:golden|expected|want|\.out$|\.snap$)|(?:^|\/)goldens?\//

/** What a test compared with and was written anew. New entries are new tests; a file that only moved is as it was. */
export function findSnapshots(comparison: Comparison): readonly Finding[] {
  const {changes} = comparison
  const texts = new Set(changes.flatMap(({head, base}) => (base === undefined && head ? [head.text] : [])))
  return changes
    .filter(({file, base}) => base !== undefined && (SNAPSHOT.test(file) || GOLDEN.test(file)))
    .filter(({base}) => !texts.has(base?.text ?? ''))
    .flatMap((change) => judge(change, comparison))
}

function judge({file, base, head, added}: Change, {specText}: Comparison): readonly Finding[] {
  // A snapshot goes with its test, and a lost test is said elsewhere.
  if (base === undefined || head === undefined) return []
  const [before, now] = [entriesOf(file, base.text), entriesOf(file, head.text)]
  const values = new Set([...now.values()].map(({value}) => value))
  const rewritten = [...before].filter(([name, {value}]) => now.has(name) && now.get(name)?.value !== value && !values.has(value))
  const blamed = rewritten.filter(([name]) => !isAskedFor(specText, [...name.split(/\W+/), 'snapshot', 'snapshots'], []))
  return blamed.map(([name]) => ({
    message: `${name === '' ? 'This golden file' : `The snapshot \`${name}\``} was written anew to fit what the code does now, and nothing asked for that. Mend the code, or restore it.`,
    file,
    line: firstAdded(now.get(name)?.line ?? 1, added),
  }))
}

interface Entry {
  readonly value: string
  readonly line: number
}

/** Named entries of a snapshot file; a golden file is one entry without a name. */
function entriesOf(file: string, text: string): ReadonlyMap<string, Entry> {
  const header = file.endsWith('.ambr') ? /^# name: (.*)$/gm : /^exports\[`((?:[^`\\]|\\.)*)`\] = /gm
  const heads = [...text.matchAll(header)]
  if (heads.length === 0) return new Map([['', {value: text.trim(), line: 1}]])
  return new Map(
    heads.map((match, index) => {
      const value = text.slice(match.index + match[0].length, heads[index + 1]?.index).trim()
      return [match[1] ?? '', {value, line: text.slice(0, match.index).split('\n').length}]
    }),
  )
}

const firstAdded = (from: number, added: ReadonlySet<number>) =>
  [...added].filter((line) => line >= from).sort((one, other) => one - other)[0] ?? from
