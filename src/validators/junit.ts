import type {TestCounts, TestFailure} from './runner-formats.ts'

const TEST_CASE = /<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g
const PROBLEM = /<(?:failure|error)\b([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:failure|error)>)/

/** JUnit XML, as pytest writes it, to counts. Only what a runner wrote comes here, so a scan for its elements will do. */
export function parseJunit(xml: string, runner: string): TestCounts {
  const cases = [...xml.matchAll(TEST_CASE)].map(([, attributes = '', body = '']) => ({attributes: parseAttributes(attributes), body}))
  const ran = cases.filter(({body}) => !/<skipped\b/.test(body))
  const broken = ran.filter(({attributes}) => attributes.get('classname') === '' && attributes.get('line') === undefined)
  return {runners: [runner], executed: ran.length - broken.length, failures: ran.flatMap(toFailure)}
}

function toFailure({attributes, body}: {attributes: ReadonlyMap<string, string>; body: string}): TestFailure[] {
  const problem = PROBLEM.exec(body)
  if (!problem) return []
  const [, own = '', text = ''] = problem
  const place = parsePlace(decode(text), attributes)
  const name = [attributes.get('classname'), attributes.get('name')].filter((part) => part !== undefined && part !== '').join('::')
  const said = parseAttributes(own).get('message')
  if (said === 'collection failure') return [{name, message: causeOf(decode(text)), ...place, isBuild: true}]
  return [{name, message: said || decode(text), ...place}]
}

/** Of a file that pytest cannot import: the last line of what Python says of it. */
function causeOf(text: string): string {
  const said = [...text.matchAll(/^E {3}(\S.*)$/gm)].at(-1)
  return said?.[1] ?? text
}

/** Where the traceback ends in the test's own file; else where the test begins (pytest counts from 0). */
function parsePlace(text: string, attributes: ReadonlyMap<string, string>): {file?: string; line?: number} {
  const file = attributes.get('file')
  const begins = attributes.get('line')
  const last = [...text.matchAll(/^(\S+\.\w+):(\d+):/gm)].findLast(([, path]) => path === file)
  if (last) return {file, line: Number(last[2])}
  const unparsed = [...text.matchAll(/^E +File "(.+)", line (\d+)$/gm)].findLast(
    ([, path = '']) => file !== undefined && path.endsWith(file),
  )
  if (unparsed) return {file, line: Number(unparsed[2])}
  return {file, line: begins === undefined ? undefined : Number(begins) + 1}
}

function parseAttributes(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, decode(value)]))
}

const ENTITIES: Readonly<Record<string, string>> = {lt: '<', gt: '>', quot: '"', apos: "'", amp: '&'}

function decode(text: string): string {
  return text
    .replaceAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g, '$1')
    .replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole
      return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex ?? '20', 16) : Number(decimal))
    })
}
