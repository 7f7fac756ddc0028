// `node tools/cluster.mjs up|down|status`: every service as a process of this machine, against servers given by address.
// Plain JavaScript for Node 20; the services run on the workspace's own Node.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Services } from './cluster/services.mjs'
import { runToEnd } from './cluster/processes.mjs'
import { nodeOrExit } from './local-node.mjs'

const usage = `Use: node tools/cluster.mjs up [--port 4681] [--scale projection=2] [--restart] [--environment single|cluster] [--dir ./rapport-cluster]
     node tools/cluster.mjs status|down [--dir ./rapport-cluster]

up starts engagements, communication and projection against the servers of EVENTSTORE_URL, MONGODB_URL and KAFKA_BROKERS
(and DEPLOYMENT, default rapport), on the ports from --port on, and ends them at Ctrl-C.`
const apps = ['engagements', 'communication', 'projection']
const READY = 120_000

const { values, positionals } = parsed()
const dir = resolve(values.dir)
const pidFile = join(dir, 'cluster.json')
const actions = { up, down, status }
const [action, ...rest] = positionals
if (!Object.hasOwn(actions, action ?? '') || rest.length > 0) end(2, usage)
await actions[action]()

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        dir: { type: 'string', default: './rapport-cluster' },
        port: { type: 'string', default: '4681' },
        scale: { type: 'string', multiple: true, default: [] },
        environment: { type: 'string', default: 'single' },
        restart: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    return end(2, `${error.message}\n\n${usage}`)
  }
}

async function up() {
  const instances = scaled()
  if (!/^[1-9]\d{0,4}$/.test(values.port) || instances[0].port > 65_535)
    end(2, `--port takes the first of ${instances.length} ports, up to 65535.`)
  if (running() !== undefined)
    end(3, `It runs already (process ${running().pid}): node tools/cluster.mjs down ends it.`)
  const missing = ['EVENTSTORE_URL', 'MONGODB_URL', 'KAFKA_BROKERS'].filter((name) => !process.env[name])
  if (missing.length > 0) end(2, `${missing.join(', ')} missing: the addresses of the servers.\n\n${usage}`)
  const env = { ...process.env, ...secrets() }
  const node = nodeOrExit()
  const topics = await runToEnd(
    node,
    ['apps/rapport/bin/rapport.mjs', 'topics', '--environment', values.environment],
    env,
  )
  if (topics !== 0) end(topics, 'The topics job failed: nothing was started.')
  const services = new Services({ node, env, logs: join(dir, 'logs'), restart: values.restart, changed: write })
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopping.abort())
  for (const { name, app, port } of instances) services.start(name, app, port)
  try {
    const waiting = await services.ready(READY, stopping.signal)
    if (waiting.length > 0 && !stopping.signal.aborted) {
      process.exitCode = 1
      console.error(`Not ready: ${waiting.join(', ')}; the logs are in ${dir}/logs.`)
    } else if (!stopping.signal.aborted) {
      say(services, env)
      await services.supervised(stopping.signal)
      if (!stopping.signal.aborted) process.exitCode = 1
    }
  } finally {
    await services.stop()
    writeFileSync(pidFile, JSON.stringify({ services: [] }))
    console.log('Everything has ended.')
  }
}

/** `--scale projection=2`: what to start, in the order of the start: the projection first, as in an upgrade. */
function scaled() {
  const counts = new Map(apps.map((app) => [app, 1]))
  for (const text of values.scale) {
    const [, app, count] = /^([a-z]+)=([1-9])$/.exec(text) ?? []
    if (!counts.has(app)) end(2, `--scale takes one of ${apps.join(', ')} and a number from 1 to 9, like projection=2.`)
    counts.set(app, Number(count))
  }
  const first = Number(values.port)
  return apps
    .flatMap((app) =>
      Array.from({ length: counts.get(app) }, (_, n) => ({ app, name: n === 0 ? app : `${app}-${n + 1}` })),
    )
    .map((instance, n) => ({ ...instance, port: first + n }))
    .toReversed()
}

/** The files of the keys: those that are named, else files of this deployment, made once, at random, for their owner alone. */
function secrets() {
  mkdirSync(join(dir, 'logs'), { recursive: true, mode: 0o700 })
  const file = (variable, name, make) => {
    if (process.env[variable]) return resolve(process.env[variable])
    const path = join(dir, name)
    if (!existsSync(path)) {
      writeFileSync(path, make(), { mode: 0o600, flag: 'wx' })
      console.log(`Made ${path}: keep it, what is stored cannot be opened without it.`)
    }
    return path
  }
  return {
    KEYS_MASTER_KEY_FILE: file('KEYS_MASTER_KEY_FILE', 'master.key', () => randomBytes(32).toString('base64')),
    TOKEN_KEY_FILE: file('TOKEN_KEY_FILE', 'token.key', () => randomBytes(32).toString('base64url')),
  }
}

function say(services, env) {
  console.log('\nEverything is ready.\n')
  for (const { name, url } of services.list()) console.log(`  ${name.padEnd(16)} ${url}  ${url}/docs`)
  console.log(`
Commands go to the service of their context, views to the projection. Every request needs a token; this prints one:
  TOKEN_KEY_FILE=${env.TOKEN_KEY_FILE} KEYS_MASTER_KEY_FILE=${env.KEYS_MASTER_KEY_FILE} npx rapport token --role pm
(with the addresses of the servers in the environment, as here). The logs are in ${dir}/logs.

Ctrl-C ends them all; everything stays in the servers.`)
}

/** Keeps who runs, by rename: it is read at any moment. */
function write(services) {
  writeFileSync(`${pidFile}.new`, JSON.stringify({ pid: process.pid, services }, undefined, 2))
  renameSync(`${pidFile}.new`, pidFile)
}

async function status() {
  const found = running()
  if (found === undefined) end(5, `Nothing runs of ${dir}.`)
  if (!alive(found.pid)) console.log('What looked after these services is gone; down ends them.')
  for (const { name, url, pid } of found.services) {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    const state = answer === undefined ? 'does not answer' : answer.ok ? 'ready' : 'not ready'
    if (state !== 'ready') process.exitCode = 1
    console.log(`${name.padEnd(16)} ${url}  process ${pid}  ${state}`)
  }
}

async function down() {
  const found = running()
  if (found === undefined) end(5, `Nothing runs of ${dir}.`)
  // What looks after the services ends them in order; where it was killed they are told themselves.
  const told = alive(found.pid) ? [found.pid] : found.services.map(({ pid }) => pid).filter(alive)
  for (const pid of told) process.kill(pid, 'SIGTERM')
  for (let n = 0; n < 900 && running() !== undefined; n++) await sleep(100)
  if (running() !== undefined) end(1, `It has not ended within a minute and a half: process ${told.join(', ')}.`)
  console.log('Everything has ended.')
}

/** What the folder says that runs, where one of those processes still is. */
function running() {
  if (!existsSync(pidFile)) return undefined
  const found = JSON.parse(readFileSync(pidFile, 'utf8'))
  return [found.pid, ...found.services.map(({ pid }) => pid)].some(alive) ? found : undefined
}

function alive(pid) {
  try {
    return pid !== undefined && process.kill(pid, 0) && !zombie(pid)
  } catch {
    return false
  }
}

/** A process that has ended and that its parent has not asked after; some parents never do. Known where there is /proc. */
function zombie(pid) {
  try {
    return /^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

function end(code, words) {
  console[code === 0 ? 'log' : 'error'](words)
  process.exit(code)
}
