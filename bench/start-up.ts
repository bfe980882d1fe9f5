import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {median, type Measurement} from './measure.ts'
import {makeRepository} from './repository.ts'

/** What a short command costs: its wall time against that of `node -e 0`, turn by turn. */

const BIN = fileURLToPath(new URL('../bin/conduct.js', import.meta.url))
const COMMANDS = [
  '--version',
  '--help',
  'run --help',
  'state --help',
  'state --json',
  'tasks --json',
  'checkpoint list --json',
  'worktree list --json',
]

export function measureStartUp({runs}: {readonly runs: number}): readonly Measurement[] {
  const folder = mkdtempSync(join(tmpdir(), 'conduct-bench-'))
  const env = {...process.env, CONDUCT_STATE_DIR: join(folder, 'state')}
  const time = (args: readonly string[]) => timeNode(args, {cwd: folder, env})
  try {
    startTask(folder, env)
    for (const command of COMMANDS) time([BIN, ...command.split(' ')])
    const rounds = Array.from({length: runs}, () => ({
      node: time(['-e', '0']),
      commands: COMMANDS.map((command) => time([BIN, ...command.split(' ')])),
    }))
    return COMMANDS.map((name, index) =>
      summarize(
        `conduct ${name}`,
        rounds.map(({node, commands}) => [node, commands[index] ?? Number.NaN]),
      ),
    )
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

function summarize(name: string, pairs: readonly (readonly [node: number, command: number])[]): Measurement {
  return {
    name,
    ratio: median(pairs.map(([node, command]) => command / node)),
    details: {
      node_ms: Math.round(median(pairs.map(([node]) => node))),
      command_ms: Math.round(median(pairs.map(([, command]) => command))),
    },
  }
}

function startTask(folder: string, env: NodeJS.ProcessEnv): void {
  writeFileSync(join(folder, 'file.txt'), 'file\n')
  makeRepository(folder)
  timeNode([BIN, 'start', 'Bench'], {cwd: folder, env})
}

function timeNode(args: readonly string[], options: {readonly cwd: string; readonly env: NodeJS.ProcessEnv}): number {
  const begun = performance.now()
  const {status, stderr} = spawnSync(process.execPath, args, {...options, encoding: 'utf8'})
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - begun
}
