import { Server as NetServer, type Socket } from 'node:net'
import type { Server } from 'node:http'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'

/**
 * After so many looks in a row that saw nothing, no request is under way that we could still see; TICK milliseconds lie between two. They
 * are counted, not timed: a process that got no processor for a while has not read yet what was sent to it.
 */
const QUIET = 15
const TICK = 20
/**
 * Turns of the event loop without a new connection after which nobody waits to be accepted, and how long to look for them: a turn accepts
 * one, and under load hundreds wait.
 */
const TURNS = 3
const PATIENCE = 5_000

export interface Connections {
  /**
   * While it is pending no request may begin, so that accepting all who wait is quick, and no answer may be sent: who has none does not
   * connect anew.
   */
  readonly held: Promise<void> | undefined
  /** Stops accepting, lets what is under way finish, then closes what is idle; after `timeout` ms it cuts off the rest. */
  drain(timeout: number): Promise<void>
}

/** Watches a server's connections, so that it can be closed without failing a request. */
export function drainable(server: Server): Connections {
  const sockets = new Set<Socket>()
  let held: Promise<void> | undefined
  let accepted = 0
  let running = 0
  let seen = 0
  server.on('connection', (socket: Socket) => {
    accepted++
    seen++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', (_request, response) => {
    running++
    seen++
    response.once('close', () => running--)
  })

  /** Connections that wait in the kernel are reset when listening ends, so it ends at a moment when none waits. */
  async function stopAccepting(timeout: number): Promise<void> {
    const released = Promise.withResolvers<void>()
    held = released.promise
    const end = performance.now() + Math.min(PATIENCE, timeout)
    for (let quiet = 0, before = accepted; quiet < TURNS && performance.now() < end; before = accepted) {
      await turn()
      quiet = accepted === before ? quiet + 1 : 0
    }
    // http's own close() would end idle connections at once, while a request may be on its way in one of them.
    NetServer.prototype.close.call(server)
    held = undefined
    released.resolve()
  }

  return {
    get held() {
      return held
    },
    async drain(timeout) {
      const end = performance.now() + timeout
      if (server.listening) await stopAccepting(timeout)
      for (let quiet = 0, before = seen; sockets.size > 0 && performance.now() < end; before = seen) {
        await sleep(TICK)
        quiet = running === 0 && seen === before ? quiet + 1 : 0
        if (quiet === QUIET) break
      }
      for (const socket of sockets) socket.destroy()
    },
  }
}
