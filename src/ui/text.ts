import {stripVTControlCharacters} from 'node:util'
import type {Usage} from '../agents/agent.ts'
import type {Finding} from '../validators/validator.ts'

/**
 * What agents, tests and file names say, made safe to print: without escape sequences, control characters (but newlines
 * and tabs) and the marks that turn the direction of text around.
 */
export function stripControl(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '')
}

/** Safe to print, in one line of at most `max` characters. */
export function oneLine(text: string, max = Infinity): string {
  return shorten(stripControl(text).replace(/\s+/g, ' ').trim(), max)
}

/** At most `max` characters, the last of them `…` when something was cut off. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text
  // By code points, so that no surrogate pair is torn apart.
  const points = [...text]
  return points.length <= max ? text : `${points.slice(0, Math.max(0, max - 1)).join('')}…`
}

const INDENT = '    '

/** One line as lines of at most `columns` characters, cut at spaces where there are any; those after the first are indented. */
export function wrap(line: string, columns = Infinity): readonly string[] {
  const lines: string[] = []
  let rest = line
  while (rest.length > columns && columns > INDENT.length * 2) {
    const space = rest.lastIndexOf(' ', columns)
    const cut = space > INDENT.length ? space : columns
    lines.push(rest.slice(0, cut))
    rest = `${INDENT}${rest.slice(cut).trimStart()}`
  }
  return [...lines, rest]
}

/** `0.4s`, `12s`, `3m 05s`, `2h 07m`. */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)}s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`
  return `${Math.floor(seconds / 3600)}h ${pad(Math.floor((seconds % 3600) / 60))}m`
}

/** For what is still going on: whole seconds, so that a line changes once a second at most. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return seconds < 60 ? `${seconds}s` : formatDuration(seconds * 1000)
}

/** `12,345 tokens, 0.42 USD`; `''` when nothing was spent. */
export function formatUsage({tokens, usd = 0}: Usage): string {
  return [...(tokens > 0 ? [`${tokens.toLocaleString('en')} tokens`] : []), ...(usd > 0 ? [`${usd.toFixed(2)} USD`] : [])].join(', ')
}

/** `1 file`, `4 files`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** The time of day here: `12:03:04`. */
export function formatClock(at: string): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? '--:--:--' : [date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':')
}

/** `src/x.js:3 expected 1`: of the message the first line, and the one that it introduces with a colon. */
export function formatFinding({file, line, message}: Pick<Finding, 'file' | 'line' | 'message'>, max = Infinity): string {
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`} `
  const [first = '', second = ''] = message.split('\n').filter((text) => text.trim() !== '')
  return oneLine(`${place}${first.trimEnd().endsWith(':') ? `${first} ${second}` : first}`, max)
}

/** Columns of equal width, two spaces between them; the last one is as long as it is. */
export function formatColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows) for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

/** The first seven characters of a commit. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7)
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
