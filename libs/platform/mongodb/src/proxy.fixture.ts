import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/**
 * How a connection ends at the next command of a kind. `request`: before the server sees it. `answer`: after it was done, before the
 * client hears. `late`: the client is cut off at once, the server gets the command when it is let go.
 */
export type Cut = 'request' | 'answer' | 'late'

/** A wire between client and server that breaks where it is told to. */
export interface Proxy {
  readonly url: string
  /** Cuts the next command of this name (`insert`, `update`, `find` …); `meanwhile` is done before the client notices. */
  cut(command: string, how: Exclude<Cut, 'late'>, meanwhile: () => Promise<unknown>): void
  cut(command: string, how: Cut): void
  /** Commands of this name that were cut. */
  readonly cuts: number
  /** Lets late commands go, and resolves when the server has answered them. */
  release(): Promise<void>
  close(): Promise<void>
}

/** The address of a server as another port of this machine. */
const through = (url: string, port: number): string => url.replace(/\/\/[^/]+/, `//127.0.0.1:${port}`)

export async function proxyTo(url: string): Promise<Proxy> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const late: (() => Promise<void>)[] = []
  let next: { readonly mark: Buffer; readonly how: Cut; readonly meanwhile: () => Promise<unknown> } | undefined
  let cuts = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    let deaf = false
    let meanwhile = async (): Promise<unknown> => undefined
    const hangUp = (): void => void meanwhile().finally(() => client.destroy())
    upstream.on('data', (chunk: Buffer) => (deaf ? hangUp() : client.write(chunk)))
    upstream.on('close', () => (deaf ? undefined : client.destroy()))
    client.on('close', () => (deaf ? undefined : upstream.destroy()))
    client.on('data', (chunk: Buffer) => {
      if (next === undefined || !chunk.includes(next.mark)) return void upstream.write(chunk)
      const { how } = next
      meanwhile = next.meanwhile
      next = undefined
      cuts += 1
      deaf = true
      if (how === 'answer') return void upstream.write(chunk)
      hangUp()
      if (how === 'request') upstream.destroy()
      else
        late.push(async () => {
          upstream.write(chunk)
          await once(upstream, 'data')
          upstream.destroy()
        })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: through(url, (server.address() as AddressInfo).port),
    cut(command: string, how: Cut, meanwhile: () => Promise<unknown> = async () => undefined) {
      // The name of a command is the first element of its message: type string, name, NUL.
      next = { mark: Buffer.from(`\u0002${command}\0`), how, meanwhile }
    },
    get cuts() {
      return cuts
    },
    release: async () => void (await Promise.all(late.splice(0).map((go) => go()))),
    async close() {
      for (const socket of sockets) socket.destroy()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
