import {readFileSync} from 'node:fs'
import {join} from 'node:path'

/**
 * Memory that programs can still have, in bytes: of the machine, or of the control group that conduct runs in when that has
 * less. `undefined` where it cannot be told: macOS counts as used what it would give away at once.
 *
 * @param root where `/proc` and `/sys` lie
 */
export function readFreeMemory(root = '/'): number | undefined {
  const known = [freeOfMachine(root), freeOfGroup(root)].filter((bytes) => bytes !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

function freeOfMachine(root: string): number | undefined {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readText(join(root, 'proc/meminfo')))?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

/** Files that were read lately count as used there, too, and are forgotten when somebody needs the room. */
function freeOfGroup(root: string): number | undefined {
  const group = /^0::(\/.*)$/m.exec(readText(join(root, 'proc/self/cgroup')))?.[1]
  if (group === undefined) return undefined
  const read = (name: string) => readText(join(root, 'sys/fs/cgroup', group, name))
  const [most, used] = [Number.parseInt(read('memory.max')), Number.parseInt(read('memory.current'))]
  const cached = Number(/^inactive_file (\d+)$/m.exec(read('memory.stat'))?.[1] ?? 0)
  return Number.isNaN(most) || Number.isNaN(used) ? undefined : Math.max(0, most - used + cached)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
