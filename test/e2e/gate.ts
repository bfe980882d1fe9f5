import {execFile, execFileSync} from 'node:child_process'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import type {Project} from '../support/project.ts'

/** Shell code of an agent that says when it is at the gate and waits there, as often as a gate stands. */
export const AT_GATE = `gate="$(dirname "$0")/../gate"; if [ -p "$gate" ]; then echo here > "$gate"; cat "$gate.open" > /dev/null; fi`

/** Holds an agent up, without sleeping, at a moment that a test chooses. */
export interface Gate {
  /** Resolves when the agent is there. */
  readonly reached: Promise<unknown>
  /** Lets it go on. */
  open(): Promise<void>
  /** Takes the gate away. */
  remove(): void
}

/** Puts a gate beside the checkout. */
export function placeGate({root}: Pick<Project, 'root'>): Gate {
  const gate = join(root, '..', 'gate')
  execFileSync('mkfifo', [gate, `${gate}.open`])
  const stop = new AbortController()
  // A process of its own reads: a thread of this one that waits for a writer could never be stopped.
  const reached = promisify(execFile)('cat', [gate], {signal: stop.signal})
  return {
    reached,
    open: () => writeFile(`${gate}.open`, 'go\n'),
    remove: () => {
      stop.abort()
      execFileSync('rm', ['-f', gate, `${gate}.open`])
    },
  }
}
