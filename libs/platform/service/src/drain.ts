import { Server as NetServer, type Socket } from 'node:net'
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** A connection that has been silent this long has no request under way that we could still see, in milliseconds. */
const QUIET = 300
const TICK = 20

/** Watches a server's connections, so that it can be closed without failing a request. */
export function drainable(server: Server) {
  const sockets = new Set<Socket>()
  let running = 0
  let last = 0
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    last = performance.now()
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', (_request, response) => {
    running++
    response.once('close', () => {
      running--
      last = performance.now()
    })
  })
  return {
    /** Stops accepting, lets what is under way finish, then closes what is idle; after `timeout` ms it cuts off the rest. */
    async drain(timeout: number): Promise<void> {
      const end = performance.now() + timeout
      last = performance.now()
      // http's own close() would end idle connections at once, while a request may be on its way in one of them.
      if (server.listening) NetServer.prototype.close.call(server)
      while (sockets.size > 0 && performance.now() < end) {
        if (running === 0 && performance.now() - last > QUIET) break
        await sleep(TICK)
      }
      for (const socket of sockets) socket.destroy()
    },
  }
}
