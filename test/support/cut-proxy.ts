import {once} from 'node:events'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'

/** A way to a server on this host that can lose an answer. */
export interface CutProxy {
  readonly port: number
  /** The next answer is thrown away, and its connection cut. */
  loseNextAnswer(): void
  close(): Promise<void>
}

/** Opens a proxy in front of `port`. */
export async function openCutProxy(port: number): Promise<CutProxy> {
  const sockets = new Set<Socket>()
  let isCutting = false
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => (client.destroy(), upstream.destroy(), sockets.delete(socket)))
    }
    client.pipe(upstream)
    upstream.on('data', (answer) => {
      if (!isCutting) return client.write(answer)
      isCutting = false
      return client.destroy()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // A listening TCP server has this form of address.
    port: (server.address() as AddressInfo).port,
    loseNextAnswer: () => (isCutting = true),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
