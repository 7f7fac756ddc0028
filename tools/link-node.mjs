// npm before 11.6 removes node_modules/.bin/node again, without an error; this puts it back.
// Plain JavaScript for Node 20.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { localNode, root } from './local-node.mjs'

const bin = join(root, 'node_modules', '.bin')
const link = join(bin, 'node')
const windows = process.platform === 'win32'

const { path, missing } = localNode()
if (!path) {
  console.warn(`link-node: ${missing}`)
} else if (!existsSync(windows ? `${link}.cmd` : link)) {
  try {
    mkdirSync(bin, { recursive: true })
    rmSync(link, { force: true })
    const target = relative(bin, path)
    if (windows) writeFileSync(`${link}.cmd`, `@"%~dp0\\${target}" %*\r\n`)
    else {
      chmodSync(path, 0o755)
      symlinkSync(target, link)
    }
  } catch (error) {
    console.error(`link-node: cannot link ${link} to ${relative(dirname(link), path)}: ${error.message}`)
    process.exitCode = 1
  }
}
