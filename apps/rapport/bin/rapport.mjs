#!/usr/bin/env -S node --conditions=@rapport/source --disable-warning=ExperimentalWarning
// Plain JavaScript for Node 20: where the outer Node is too old, it starts itself again on the one of the lock file.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { isatty } from 'node:tty'
import { fileURLToPath, pathToFileURL } from 'node:url'

const condition = '--conditions=@rapport/source'
const self = fileURLToPath(import.meta.url)
const source = join(dirname(self), '../src/main.ts')
const fromSource = existsSync(source)
const main = fromSource ? source : join(dirname(self), '../dist/main.js')

const [major, minor] = process.versions.node.split('.').map(Number)
const newEnough = major > 26 || (major === 26 && minor >= 10)
// A production install has no sources, and there the condition would name files that are missing.
const rightCondition = fromSource === [...process.execArgv, process.env.NODE_OPTIONS].join(' ').includes(condition)
const startedAgain = process.env.RAPPORT_STARTED_AGAIN !== undefined
delete process.env.RAPPORT_STARTED_AGAIN

if (startedAgain) endWithParent()
if (newEnough && (rightCondition || startedAgain)) await import(pathToFileURL(main).href)
else startAgain(startedAgain ? undefined : (localNode() ?? (newEnough ? process.execPath : undefined)))

function localNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const infix = platform === 'darwin' && process.arch === 'arm64' ? '-bin' : ''
  const file = join(`node${infix}-${platform}-${process.arch}`, 'bin', platform === 'win' ? 'node.exe' : 'node')
  for (let folder = dirname(self); ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', file)
    if (existsSync(path)) return path
    if (folder === dirname(folder)) return undefined
  }
}

function startAgain(node) {
  if (!node) {
    console.error(`rapport needs Node 26.10 or newer, this is Node ${process.versions.node}: run npm install first.`)
    process.exit(1)
  }
  const flags = ['--disable-warning=ExperimentalWarning', ...(fromSource ? [condition] : [])]
  const child = spawn(node, [...flags, self, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, RAPPORT_STARTED_AGAIN: '1' },
  })
  // A terminal sends Ctrl-C to both processes: passing it on would be a second one.
  const inTerminal = [0, 1, 2].some(isatty)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !inTerminal) child.kill(signal)
    })
  child.on('error', (error) => {
    console.error(`rapport cannot start ${node}: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
    setTimeout(() => process.exit(128 + constants.signals[signal]), 1000)
  })
}

// Nothing is sent over the channel: its end says that the parent is gone, by kill -9 as well.
function endWithParent() {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  process.channel?.unref()
}
