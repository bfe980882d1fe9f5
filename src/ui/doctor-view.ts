import type {Check} from '../project/check.ts'
import {formatCount, stripControl} from './text.ts'

const MARKS = {ok: '✔', warn: '!', fail: '✖'} as const

/** `conduct doctor`: a line for each check, and below it what to type. */
export function renderChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({name}) => name.length))
  const lines = checks.flatMap(({name, status, detail, hints}) => {
    const [first = '', ...more] = stripControl(detail).split('\n')
    const below = [...more, ...hints.map((hint) => `→ ${stripControl(hint)}`)]
    return [`${MARKS[status]} ${name.padEnd(width)}  ${first}`, ...below.map((line) => `${' '.repeat(width + 4)}${line}`)]
  })
  return [...lines, '', conclusion(checks)].join('\n')
}

function conclusion(checks: readonly Check[]): string {
  const failing = checks.filter(({status}) => status === 'fail').length
  if (failing > 0) return `${formatCount(failing, 'thing')} to mend.`
  return checks.some(({status}) => status === 'warn') ? 'Ready, but see the lines with "!".' : 'Ready.'
}
