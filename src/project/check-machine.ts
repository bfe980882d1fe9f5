import {constants} from 'node:fs'
import {access, stat, statfs} from 'node:fs/promises'
import {dirname} from 'node:path'
import {fail, ok, warn, type Check} from './check.ts'

export interface Versions {
  readonly node: string
  readonly deno?: string | undefined
}

const OLDEST_NODE = [22, 18] as const
const MIB = 1024 * 1024
const [FULL_BYTES, TIGHT_BYTES] = [100 * MIB, 1024 * MIB]

/** Is the runtime new enough? */
export function checkRuntime({node, deno}: Versions): Check {
  if (deno !== undefined) {
    return Number.parseInt(deno, 10) >= 2
      ? ok('runtime', `Deno ${deno}`)
      : fail('runtime', `Deno ${deno} is too old.`, 'Install Deno 2 or newer.')
  }
  const [major = 0, minor = 0] = node.split('.').map(Number)
  const isNew = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
  return isNew
    ? ok('runtime', `Node ${node}`)
    : fail('runtime', `Node ${node} is too old.`, `Install Node ${OLDEST_NODE.join('.')} or newer.`)
}

/** Can everything that conduct keeps be written? The folder itself may not exist yet. */
export async function checkStateDir(path: string): Promise<Check> {
  const existing = await nearestFolder(path)
  const isWritable = await access(existing, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!isWritable)
    return fail('state directory', `${existing} cannot be written.`, 'Make it writable, or name another one: CONDUCT_STATE_DIR=/path')
  return ok('state directory', existing === path ? path : `${path} (will be made)`)
}

/** Is there room for worktrees? */
export async function checkDisk(path: string): Promise<Check> {
  const {bavail, bsize} = await statfs(await nearestFolder(path))
  const free = bavail * bsize
  const text = `${(free / TIGHT_BYTES).toFixed(1)} GiB free`
  const hint = `Free some space, or move the state elsewhere: CONDUCT_STATE_DIR=/path`
  if (free < FULL_BYTES) return fail('disk', text, hint)
  return free < TIGHT_BYTES ? warn('disk', `${text}; each module gets a worktree of its own`, hint) : ok('disk', text)
}

/** Is there room for agents? @param freeBytes `undefined`: nobody knows */
export function checkMemory(
  freeBytes: number | undefined,
  {parallel, agentMemory}: {readonly parallel: number; readonly agentMemory: number},
): Check {
  if (freeBytes === undefined || agentMemory === 0) return ok('memory', 'not minded; limits.parallel alone says how many agents run')
  const count = Math.floor(freeBytes / (agentMemory * MIB))
  const text = `${(freeBytes / TIGHT_BYTES).toFixed(1)} GiB free, enough for ${count} agents at once; limits.parallel is ${parallel}`
  const hint = 'Fewer agents run at once until there is more; limits.agentMemory says what each is expected to need.'
  return count < parallel ? warn('memory', text, hint) : ok('memory', text)
}

async function nearestFolder(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  return isFolder || dirname(path) === path ? path : nearestFolder(dirname(path))
}
