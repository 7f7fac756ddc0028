// The services of a cluster on this machine. Plain JavaScript for Node 20.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../local-node.mjs'
import { flags } from './processes.mjs'

/** Milliseconds before a service that ended is started again; it doubles up to 30 s while it ends at once. */
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 30_000
/** Milliseconds after SIGTERM until a service is ended by SIGKILL: more than its own SHUTDOWN_TIMEOUT and a rebalance of Kafka. */
const PATIENCE = 75_000

/** Starts services, looks after them, and ends them in order: first those of the contexts, then the projection that they ask. */
export class Services {
  #options
  #all = new Map()
  #stopping = false
  #ended = Promise.withResolvers?.() ?? withResolvers()

  /** `restart`: a service that ends is started again; otherwise its end ends {@link supervised}. `changed` gets the list at each start. */
  constructor(options) {
    this.#options = options
  }

  list() {
    return [...this.#all.values()].map(({ name, url, child }) => ({ name, url, pid: child.pid }))
  }

  start(name, app, port) {
    const { node, env, logs, restart, changed } = this.#options
    const log = openSync(join(logs, `${name}.log`), 'a', 0o600)
    const child = spawn(node, [...flags, join('apps', app, 'src/main.ts')], {
      cwd: root,
      env: { ...env, HOST: '127.0.0.1', PORT: String(port) },
      stdio: ['ignore', log, log],
      // Ctrl-C of a terminal is for the one that looks after them: they end in order.
      detached: true,
    })
    closeSync(log)
    const before = this.#all.get(name)
    const service = {
      name,
      app,
      url: `http://127.0.0.1:${port}`,
      child,
      since: Date.now(),
      pause: before?.pause ?? FIRST_PAUSE,
    }
    this.#all.set(name, service)
    changed(this.list())
    child.on('error', (error) => console.error(`${name} does not start: ${error.message}`))
    child.on('exit', async (code, signal) => {
      service.gone = true
      if (this.#stopping) return
      console.error(`${name} has ended (${signal ?? `exit code ${code}`}); ${join(logs, `${name}.log`)} says more.`)
      if (!restart) return this.#ended.resolve()
      const stood = Date.now() - service.since > LONGEST_PAUSE
      await sleep(stood ? FIRST_PAUSE : service.pause)
      if (this.#stopping) return
      service.pause = stood ? FIRST_PAUSE : Math.min(2 * service.pause, LONGEST_PAUSE)
      this.start(name, app, port)
      console.error(`${name} was started again.`)
    })
  }

  /** Resolves when all are ready, one of them has ended, or after so many milliseconds; answers the names of those that are not ready. */
  async ready(ms, signal) {
    let over = false
    void this.#ended.promise.then(() => (over = true))
    for (const end = Date.now() + ms; ; await sleep(200)) {
      const asked = await Promise.all(
        [...this.#all.values()].map(async (s) => ((await isReady(s)) ? undefined : s.name)),
      )
      const waiting = asked.filter((name) => name !== undefined)
      if (waiting.length === 0 || over || signal.aborted || Date.now() > end) return waiting
    }
  }

  /** Resolves when it is told to end, or, without restarts, when a service has ended. */
  async supervised(signal) {
    const told = new Promise((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', resolve, { once: true })
    })
    await Promise.race([told, this.#ended.promise])
  }

  async stop() {
    this.#stopping = true
    const all = [...this.#all.values()]
    await Promise.all(all.filter(({ app }) => app !== 'projection').map(stop))
    await Promise.all(all.filter(({ app }) => app === 'projection').map(stop))
  }
}

async function stop({ name, child, gone }) {
  if (gone || child.pid === undefined) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => {
    console.error(`${name} does not end: it is killed.`)
    child.kill('SIGKILL')
  }, PATIENCE)
  await ended
  clearTimeout(late)
}

async function isReady({ url, gone }) {
  if (gone) return false
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined)
  return answer?.ok === true
}

function withResolvers() {
  let resolve
  const promise = new Promise((given) => (resolve = given))
  return { promise, resolve }
}
