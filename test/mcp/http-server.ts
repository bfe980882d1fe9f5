import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {request} from 'node:http'
import {Client, StreamableHTTPClientTransport} from '@modelcontextprotocol/client'
import {startServer} from '../support/cli.ts'
import type {Project} from '../support/project.ts'
import type {Era} from './raw-client.ts'

export interface HttpServer {
  readonly child: ChildProcess
  readonly url: string
  /** As printed; `''` where none was. */
  readonly token: string
  /** All that came on stderr so far. */
  stderr(): string
  /** Sends a signal and waits for the end: the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts the built `conduct mcp --http` on a free port and waits until it listens. */
export async function startHttp(
  project: Pick<Project, 'root' | 'stateDir'>,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<HttpServer> {
  const child = startServer(project, ['mcp', '--http', '--port', '0', ...args], {env})
  const ended = once(child, 'close')
  let text = ''
  child.stderr?.setEncoding('utf8')
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (chunk: string) => {
      text += chunk
      const url = /^conduct serves MCP at (\S+)$/m.exec(text)?.[1]
      if (url !== undefined && text.includes('other clients')) resolve(url)
    })
    void ended.then(() => reject(new Error(`The server ended: ${text}`)))
  })
  return {
    child,
    url,
    token: /Bearer ([\w-]+)/.exec(text)?.[1] ?? '',
    stderr: () => text,
    stop: async (signal = 'SIGTERM') => {
      // Deno's own `child.kill` ends the process whatever it listens for.
      if (child.pid !== undefined) process.kill(child.pid, signal)
      const [exitCode] = (await ended) as [number | null]
      return exitCode
    },
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** One request as it is, without the headers that a client library sets or forbids. */
export async function send(
  url: string,
  {method = 'POST', headers = {}, body = ''}: {method?: string; headers?: Readonly<Record<string, string>>; body?: string} = {},
): Promise<Answer> {
  const sent = request(url, {method, headers, agent: false})
  sent.end(body)
  const [response] = await once(sent, 'response')
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return {status: response.statusCode, headers: response.headers, body: text}
}

/** A client of the SDK that speaks one era. Close it. */
export async function connect({url, token}: Pick<HttpServer, 'url' | 'token'>, era: Era): Promise<Client> {
  const mode = era === '2025-11-25' ? 'legacy' : {pin: era}
  const client = new Client({name: 'test', version: '1'}, {versionNegotiation: {mode}})
  const headers = token === '' ? {} : {Authorization: `Bearer ${token}`}
  await client.connect(new StreamableHTTPClientTransport(new URL(url), {requestInit: {headers}}))
  return client
}
