import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../../lint/workspace.ts'

/** A module of the command line's app, or undefined where there is none; an app exports nothing to packages. */
export async function appModule<T extends object>(path: string): Promise<T | undefined> {
  const file = join(root, 'apps/rapport', path)
  return existsSync(file) ? ((await import(pathToFileURL(file).href)) as T) : undefined
}
