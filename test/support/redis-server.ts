import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {createServer, type AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'

/** A real server in a temporary folder, on a free port of this host. */
export interface RedisServer {
  readonly port: number
  /** Of its files. */
  readonly folder: string
  /** Address of one of its thousand databases. */
  url(database?: number): string
  /** Sends a signal to the server; `SIGKILL` returns when it is gone. */
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): Promise<void>
  /** Starts it again on the same port and files, with other settings when there are any. */
  start(...changes: readonly string[]): Promise<void>
  /** Removes its files. */
  clear(): Promise<void>
  /** Ends it and removes its files. */
  remove(): Promise<void>
}

/** The server program of this host; `undefined` where there is none. */
export const REDIS_PROGRAM = ['redis-server', 'valkey-server'].find(
  (program) => spawnSync(program, ['--version'], {stdio: 'ignore'}).status === 0,
)

/**
 * Each write is on disk before it is acknowledged, unless `settings` (`--name`, `value` …) say otherwise. With `--tls`
 * as the last of them its port speaks TLS only.
 */
export async function startRedisServer(settings: readonly string[] = []): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'conduct-redis-'))
  const port = await findFreePort()
  const isTls = settings.at(-1) === '--tls'
  const ports = isTls ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)]
  const options = [...ports, '--bind', '127.0.0.1', '--dir', folder, '--databases', '1000', '--save', '']
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
  const args = [...options, ...durable, ...(isTls ? settings.slice(0, -1) : settings)]
  let child = await launch(args)
  const signal: RedisServer['signal'] = async (name) => {
    // Not `child.kill`: in Deno a child that was sent any signal counts as ended.
    process.kill(child.pid, name)
    if (name === 'SIGKILL') await child.exited
  }
  return {
    port,
    folder,
    url: (database = 0) => `redis://127.0.0.1:${port}/${database}`,
    signal,
    start: async (...changes) => {
      child = await launch([...args, ...changes])
    },
    clear: async () => {
      await rm(folder, {recursive: true})
      await mkdir(folder)
    },
    remove: async () => {
      if (!child.hasExited()) await signal('SIGKILL')
      await rm(folder, {recursive: true, force: true})
    },
  }
}

interface Running {
  readonly pid: number
  readonly exited: Promise<unknown>
  hasExited(): boolean
}

/** A setting of ours: no file of the server may grow larger, as on a full disk. */
const FILE_LIMIT = '--max-file-kilobytes'

/** Returns when the server accepts connections and has read its files. */
async function launch(args: readonly string[]): Promise<Running> {
  const [program, programArgs] = commandOf(args)
  const child = spawn(program, programArgs, {stdio: ['ignore', 'pipe', 'inherit']})
  let isGone = false
  const exited = once(child, 'exit').then(() => (isGone = true))
  const lines: string[] = []
  for await (const line of createInterface({input: child.stdout})) {
    lines.push(line)
    if (child.pid === undefined || !line.includes('Ready to accept connections')) continue
    child.stdout.resume()
    return {pid: child.pid, exited, hasExited: () => isGone}
  }
  throw new Error(`The server did not start:\n${lines.join('\n')}`)
}

/** A shell sets the limit, and that passing it is an error of the write, not the end of the process. */
function commandOf(args: readonly string[]): [string, readonly string[]] {
  const program = REDIS_PROGRAM ?? 'redis-server'
  const at = args.lastIndexOf(FILE_LIMIT)
  if (at === -1) return [program, args]
  const settings = args.filter((_, index) => args[index] !== FILE_LIMIT && args[index - 1] !== FILE_LIMIT)
  if (args[at + 1] === 'none') return [program, settings]
  // In blocks of 512 bytes.
  const script = `trap '' XFSZ; ulimit -f ${Number(args[at + 1]) * 2}; exec "$@"`
  return ['sh', ['-c', script, 'sh', program, ...settings]]
}

/** Free at this moment, which is all that can be known. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A listening TCP server has this form of address.
  const {port} = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
