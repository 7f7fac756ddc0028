// Plain JavaScript for Node 20.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from '../local-node.mjs'

export const flags = ['--conditions=@rapport/source', '--disable-warning=ExperimentalWarning']

/** Runs a file of the workspace to its end, on this terminal; answers its exit code. */
export async function runToEnd(node, args, env) {
  const child = spawn(node, [...flags, ...args], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = await once(child, 'exit')
  return code ?? 1
}
