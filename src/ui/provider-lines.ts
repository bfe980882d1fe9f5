import type {TaskState} from '../tasks/state.ts'
import {formatClock, formatCount, formatElapsed, oneLine} from './text.ts'

/** Why fewer agents run than could: what their providers ask for. None of a task that has ended. */
export function providerTexts({status, agents: {limited}, strain}: TaskState, nowMs: number): readonly string[] {
  if (status !== 'running') return []
  const backends = [...new Set([...Object.keys(limited), ...Object.keys(strain)])].toSorted()
  return backends.flatMap((backend) => {
    const {failures = 0, retryAt, parallel} = strain[backend] ?? {}
    const texts = [
      ...(isAhead(limited[backend], nowMs) ? [`its provider asked to wait until ${formatClock(limited[backend])}`] : []),
      ...(isAhead(retryAt, nowMs) ? [describeRetry(failures, Date.parse(retryAt) - nowMs)] : []),
      ...(parallel === undefined ? [] : [`${formatCount(parallel, 'agent')} at once, since its provider asked to wait`]),
    ]
    return texts.map((text) => `${oneLine(backend)}: ${text}`)
  })
}

function isAhead(time: string | undefined, nowMs: number): time is string {
  return time !== undefined && Date.parse(time) > nowMs
}

function describeRetry(failures: number, waitMs: number): string {
  const times = failures > 1 ? `, ${failures} times in a row` : ''
  return `its provider failed${times}; asked again in ${formatElapsed(Math.max(1_000, waitMs))}`
}
