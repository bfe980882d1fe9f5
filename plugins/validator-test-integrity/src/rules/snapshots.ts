import {parseSource} from '@conduct-cli/source'
import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison} from '../comparison.ts'
import {isAskedFor} from '../spec-words.ts'
import {testsOf} from '../tests-of.ts'

const SNAPSHOT = /(?:^|\/)__snapshots__\/|\.(?:snap|ambr|snapshot)$/
const GOLDEN =
  /\.golden(?:\.\w+)?$|(?:^|\/)(?:testdata|__golden__|golden|goldens)\/.*(?:golden|expected|want|\.out$|\.snap$)|(?:^|\/)goldens?\//

/** Data beside tests that says by its name what it is for. It may go with the code, and not change alone. */
const EXPECTED = /(?:^|\/)(?:tests?|__tests__|specs?|testdata|__?fixtures(?:__)?)\/(?:.*\/)?[^/]*(?:expected|golden|baseline)[^/]*$/i

/** What a test compared with, and was written anew or thrown away. New entries are new tests; a file that only moved is as it was. */
export async function findSnapshots(comparison: Comparison): Promise<readonly Finding[]> {
  const {changes} = comparison
  const texts = new Set(changes.flatMap(({head, base}) => (base === undefined && head ? [head.text] : [])))
  const hasCode = changes.some(({head, base}) => !(head ?? base)?.isTest && (head ?? base)?.source?.tree !== undefined)
  const isCompared = ({file, base}: Change) =>
    SNAPSHOT.test(file) || GOLDEN.test(file) || (!hasCode && EXPECTED.test(file) && base?.source?.tree === undefined)
  const compared = changes.filter((change) => change.base !== undefined && isCompared(change) && !texts.has(change.base.text))
  const gone = await Promise.all(compared.map((change) => goneEntries(change, comparison)))
  return [...compared.flatMap((change) => judge(change, comparison)), ...gone.flat()]
}

/** Entries whose tests still ask for them: the next run writes them anew, as the code is then. */
async function goneEntries({file, base, head, isRemoved}: Change, {files, readText}: Comparison): Promise<readonly Finding[]> {
  const [, folder = '', name = ''] = /^(.*?)__snapshots__\/(.*)\.(?:snap|ambr)$/.exec(file) ?? []
  const owner = [`${folder}${name}`, `${folder}${name}.py`].find((each) => files.includes(each))
  if (!base || owner === undefined || (head === undefined && !isRemoved)) return []
  const asking = namesOfSnapshots(owner, (await readText(owner)) ?? '')
  const kept = head ? entriesOf(file, head.text) : new Map<string, Entry>()
  const gone = [...entriesOf(file, base.text).keys()].filter((key) => !kept.has(key) && asking.has(key.replace(/ \d+$/, '')))
  if (gone.length === 0) return []
  const more = gone.length > 1 ? ` and ${gone.length - 1} more` : ''
  const message = `The snapshot \`${gone[0]}\`${more} was thrown away, so that the next run takes whatever the code does then. Put it back.`
  return [{message, file, ...(head ? {line: 1} : {})}]
}

/** Full names of the tests that compare with a snapshot, as runners write them. */
function namesOfSnapshots(file: string, text: string): ReadonlySet<string> {
  const source = parseSource(file, text)
  const tests = source?.tree ? testsOf(source).filter(({tokens}) => tokens.some((token) => /snapshot/i.test(token.text))) : []
  return new Set(tests.flatMap(({path}) => [path.join(' '), path.join(' > '), path.join('.')]))
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
