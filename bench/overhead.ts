import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {median, type Measurement} from './measure.ts'
import {makeRepository} from './repository.ts'

/**
 * What orchestration costs: phases x modules with an agent that returns at once, against a shell script that does
 * the bare git work (worktree add, agent, commit, merge, tag, worktree remove). Both in one run, turn by turn.
 */

const BIN = fileURLToPath(new URL('../bin/conduct.js', import.meta.url))

export interface OverheadOptions {
  readonly phases: number
  readonly modules: number
  readonly runs: number
}

export function measureOverhead({phases, modules, runs}: OverheadOptions): Measurement {
  const pairs = Array.from({length: runs}, () => ({script: timeScript(phases, modules), conduct: timeConduct(phases, modules)}))
  const script = median(pairs.map((pair) => pair.script))
  const conduct = median(pairs.map((pair) => pair.conduct))
  const ratio = median(pairs.map((pair) => pair.conduct / pair.script))
  return {name: `${phases} phases x ${modules} modules`, ratio, details: {script_ms: Math.round(script), conduct_ms: Math.round(conduct)}}
}

const AGENT = '#!/bin/sh\nexec cat > "$CONDUCT_MODULE.txt" <<EOF\n$CONDUCT_MODULE\nEOF\n'

function createProject(phases: number, modules: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'conduct-bench-'))
  const root = join(folder, 'project')
  mkdirSync(join(root, '.spec'), {recursive: true})
  for (let index = 0; index < 50; index += 1) writeFileSync(join(root, `file-${index}.txt`), `${index}\n`.repeat(20))
  writeFileSync(join(root, 'agent.sh'), AGENT)
  chmodSync(join(root, 'agent.sh'), 0o755)
  writeFileSync(
    join(root, 'conduct.config.json'),
    JSON.stringify({agents: {default: 'command', backends: {command: {run: ['./agent.sh']}}}, validators: []}),
  )
  writeFileSync(join(root, '.spec/SPEC.md'), specText(phases, modules))
  makeRepository(root)
  return folder
}

function specText(phases: number, modules: number): string {
  const section = (phase: number) =>
    `### Phase ${phase}: Number ${phase}\n- work\n\nModules: ${names(phase, modules).join(', ')}\nTest Command: test -f file-0.txt\n`
  return `# Bench\n\n## Implementation Phases\n\n${range(phases).map(section).join('\n')}`
}

const range = (count: number) => Array.from({length: count}, (_, index) => index + 1)
const names = (phase: number, modules: number) => range(modules).map((index) => `m${phase}-${index}`)

function timeScript(phases: number, modules: number): number {
  const folder = createProject(phases, modules)
  const begun = performance.now()
  const script = fileURLToPath(new URL('bare-git.sh', import.meta.url))
  const {status, stderr} = spawnSync('sh', [script, join(folder, 'project'), join(folder, 'trees'), String(phases), String(modules)], {
    encoding: 'utf8',
  })
  const ended = performance.now() - begun
  rmSync(folder, {recursive: true, force: true})
  if (status !== 0) throw new Error(`bare-git.sh failed: ${stderr}`)
  return ended
}

/** One run of conduct; also what its own process used at most, in MB. */
export function runConduct(phases: number, modules: number): {readonly ms: number; readonly peakMb: number} {
  const folder = createProject(phases, modules)
  const begun = performance.now()
  const watch = ['--import', new URL('peak-memory.mjs', import.meta.url).href]
  const {status, stdout, stderr} = spawnSync(process.execPath, [...watch, BIN, 'run', '--json'], {
    cwd: join(folder, 'project'),
    encoding: 'utf8',
    env: {...process.env, CONDUCT_STATE_DIR: join(folder, 'state'), PEAK_MEMORY_FILE: join(folder, 'peak')},
    maxBuffer: 256 * 1024 * 1024,
  })
  const ms = performance.now() - begun
  const peak = spawnSync('cat', [join(folder, 'peak')], {encoding: 'utf8'}).stdout
  rmSync(folder, {recursive: true, force: true})
  if (status !== 0) throw new Error(`conduct ended with ${status}: ${stdout.slice(0, 2000)} ${stderr}`)
  return {ms, peakMb: Math.round(Number(peak) / 1024)}
}

function timeConduct(phases: number, modules: number): number {
  return runConduct(phases, modules).ms
}
