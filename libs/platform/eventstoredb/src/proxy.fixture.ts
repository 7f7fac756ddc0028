import { createServer, connect } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Double } from '@rapport/testing'

/** Passes bytes on, until those who are connected hear and are heard no more, without being told. */
export class Proxy {
  readonly #sockets: Socket[] = []
  readonly #server: Server
  address = ''

  constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1')
      this.#sockets.push(near, far)
      near.pipe(far).pipe(near)
      for (const socket of [near, far]) socket.on('error', () => {})
    })
  }

  static async before({ address }: Double): Promise<Proxy> {
    const proxy = new Proxy(Number(/:(\d+)/.exec(address.slice(7))![1]))
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    proxy.address = `esdb://127.0.0.1:${(proxy.#server.address() as AddressInfo).port}?tls=false`
    return proxy
  }

  fallSilent(): void {
    for (const socket of this.#sockets) socket.unpipe().pause()
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
