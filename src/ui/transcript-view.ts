import type {AttemptItem} from './attempt-list.ts'
import {formatClock, formatUsage, oneLine, stripControl} from './text.ts'

/** The line above what one attempt did. */
export function attemptHeader({name, role, backend, model, why, number, started_at: startedAt}: AttemptItem): string {
  const agent = model === null ? backend : `${backend} ${model}`
  return `── ${oneLine(name)}: ${role} (${oneLine(agent)}) attempt ${number}, ${formatClock(startedAt)}${why === null ? '' : `; ${oneLine(why, 120)}`} ──`
}

/** The line below it: what ran and what it used; that it was interrupted, since a killed conduct could not write an outcome. */
export function attemptFooter({outcome, agent, usage, backend}: AttemptItem): string | undefined {
  if (outcome === 'interrupted') return '   interrupted'
  const ran = agent === null ? '' : oneLine([backend, agent.version, agent.model].filter((part) => part !== undefined).join(' '), 120)
  const facts = [ran, usage === null ? '' : formatUsage(usage)].filter((fact) => fact !== '')
  return facts.length === 0 ? undefined : `   ${facts.join(', ')}`
}

/**
 * One line of a transcript as people read it: what the agent said, the tools it used, how it ended. `[]` for what is
 * only for machines; a line that is no JSON (a torn last one) is left out.
 *
 * @param cwd where it worked: paths in it are shown without it
 */
export function renderTranscriptLine(line: string, cwd?: string): readonly string[] {
  const entry = parseEntry(line)
  if (!entry) return []
  switch (entry.type) {
    case 'text':
    case 'stdout':
    case 'stderr':
      return textLines(entry.text)
    case 'tool':
      return [`   › ${oneLine(within(cwd, [entry.name, entry.detail].filter((part) => typeof part === 'string').join(' ')), 200)}`]
    case 'spawn':
      return [`   $ ${oneLine(Array.isArray(entry.argv) ? entry.argv.join(' ') : '', 200)}`]
    case 'outcome':
      return [`   ${renderOutcome(entry.outcome)}`]
    case 'truncated':
      return ['   … the output was too long to be kept']
    default:
      return []
  }
}

/** `src/a.js` for `/…/worktree/src/a.js`. */
function within(cwd: string | undefined, text: string): string {
  return cwd === undefined ? text : text.replaceAll(`${cwd}/`, '')
}

type Entry = Readonly<Record<string, unknown>>

function parseEntry(line: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Entry) : undefined // any object has string keys
  } catch {
    return undefined
  }
}

function textLines(text: unknown): readonly string[] {
  if (typeof text !== 'string') return []
  const clean = stripControl(text).replace(/\n+$/, '')
  return clean.trim() === '' ? [] : clean.split('\n').map((line) => `   ${line}`.trimEnd())
}

function renderOutcome(outcome: unknown): string {
  if (typeof outcome !== 'object' || outcome === null) return 'ended'
  const {status, cause, summary} = outcome as Entry
  const more = [cause, summary].find((part) => typeof part === 'string')
  return oneLine(`${String(status)}${typeof more === 'string' && more !== '' ? `: ${more}` : ''}`, 400)
}
