import {createHash} from 'node:crypto'
import {stat} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import type {AgentBackend, AgentOutcome, AgentRequest, AgentTools, Probe, ProbeInput} from 'conduct-cli/plugin'
import {applyChanges} from './apply.ts'
import {parseOptions} from './options.ts'
import {readRecording, type Recording} from './recording.ts'

/** The backend `replay`: plays recorded attempts back, files, events and outcome. `docs/recordings.md` has the format. */
export function createReplayBackend(): AgentBackend {
  return {name: 'replay', probe, run}
}

async function probe({options, cwd}: ProbeInput): Promise<Probe> {
  const parsed = parseOptions(options)
  if (!parsed.ok) return parsed
  const dir = path.resolve(cwd, parsed.dir)
  const isFolder = await stat(dir).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (isFolder) return {ok: true}
  const hint = 'Make recordings with `conduct run --record DIR` and any other backend, or correct `agents.backends.replay.dir`.'
  return {ok: false, problem: `There is no folder of recordings at ${dir}.`, hint}
}

async function run(request: AgentRequest, tools: AgentTools): Promise<AgentOutcome> {
  const parsed = parseOptions(request.options)
  if (!parsed.ok) return failed(`${parsed.problem} ${parsed.hint}`)
  const folder = path.resolve(request.projectDir, parsed.dir, recordingPath(request))
  const recording = await readRecording(folder)
  if (!recording.ok) return failed(recording.problem)
  const isPlayed = await playEvents(recording.recording, parsed.speed, tools)
  if (!isPlayed) return {status: 'cancelled'}
  const refusal = await applyChanges(request.cwd, recording.recording)
  return refusal === undefined ? recording.recording.outcome : failed(`${refusal} (recording ${folder})`)
}

function failed(cause: string): AgentOutcome {
  return {status: 'failed', retryable: false, cause}
}

/** `false` when it was aborted. Without a speed nothing is waited for. */
async function playEvents({events, durationMs, usage}: Recording, speed: number | undefined, {emit, signal}: AgentTools): Promise<boolean> {
  let played = 0
  const waitUntil = async (afterMs: number) => {
    const waitMs = speed === undefined ? 0 : (afterMs - played) / speed
    played = Math.max(played, afterMs)
    if (waitMs > 0) await delay(waitMs, undefined, {signal}).catch(() => undefined)
    return !signal.aborted
  }
  for (const {afterMs, event} of events) {
    if (!(await waitUntil(afterMs))) return false
    emit(event)
  }
  if (usage) emit({type: 'usage', usage})
  return waitUntil(durationMs)
}

/** `p1/ledger/implementation-executor-1`, as conduct writes it with `--record`. */
function recordingPath({phaseIndex, module, role, attempt}: AgentRequest): string {
  return path.join(`p${phaseIndex}`, moduleFolder(module), `${role}-${attempt}`)
}

function moduleFolder(module: string): string {
  const safe = module.replaceAll(/[^A-Za-z0-9._,-]/g, '_').replace(/^\.+/, '_')
  if (safe.length <= 100) return safe === '' ? '_' : safe
  return `${safe.slice(0, 80)}-${createHash('sha256').update(module).digest('hex').slice(0, 12)}`
}
