import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {createServer, type AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'

/** A real server in a temporary folder, on a free port of this host. */
export interface RedisServer {
  readonly port: number
  /** Address of one of its thousand databases. */
  url(database?: number): string
  /** Sends a signal to the server; `SIGKILL` returns when it is gone. */
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): Promise<void>
  /** Starts it again on the same port and files. */
  start(): Promise<void>
  /** Ends it and removes its files. */
  remove(): Promise<void>
}

/** The server program of this host; `undefined` where there is none. */
export const REDIS_PROGRAM = ['redis-server', 'valkey-server'].find(
  (program) => spawnSync(program, ['--version'], {stdio: 'ignore'}).status === 0,
)

/** Each write is on disk before it is acknowledged, unless `settings` (`--name`, `value` …) say otherwise. */
export async function startRedisServer(settings: readonly string[] = []): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'conduct-redis-'))
  const port = await findFreePort()
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--databases', '1000', '--save', '']
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
  let child = await launch([...options, ...durable, ...settings])
  const signal: RedisServer['signal'] = async (name) => {
    // Not `child.kill`: in Deno a child that was sent any signal counts as ended.
    process.kill(child.pid, name)
    if (name === 'SIGKILL') await child.exited
  }
  return {
    port,
    url: (database = 0) => `redis://127.0.0.1:${port}/${database}`,
    signal,
    start: async () => {
      child = await launch([...options, ...durable, ...settings])
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

/** Returns when the server accepts connections and has read its files. */
async function launch(args: readonly string[]): Promise<Running> {
  const child = spawn(REDIS_PROGRAM ?? 'redis-server', args, {stdio: ['ignore', 'pipe', 'inherit']})
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
