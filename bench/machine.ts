import {spawnSync} from 'node:child_process'
import {cpus, loadavg, totalmem} from 'node:os'

/** Where figures were taken: enough to know whether two of them may be compared. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  /** By program: `node`, `git` and what else there was. */
  readonly versions: Readonly<Record<string, string>>
  /** Programs that wanted a core in the last minute before the figures were taken. */
  readonly load: number
}

export function readMachine(): Machine {
  const all = cpus()
  return {
    processor: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${process.arch}`,
    versions: {node: process.versions.node, ...versionsOf(['git', 'deno', 'redis-server'])},
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
}

/** Of those that are there. */
function versionsOf(programs: readonly string[]): Readonly<Record<string, string>> {
  const found = programs.map((program) => {
    const {stdout} = spawnSync(program, ['--version'], {encoding: 'utf8'})
    return [program, /\d+\.\d+(?:\.\d+)?/.exec(stdout ?? '')?.[0]] as const
  })
  return Object.fromEntries(found.flatMap(([program, version]) => (version === undefined ? [] : [[program, version] as const])))
}
