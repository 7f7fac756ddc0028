import { join } from 'node:path'
import { root } from '../../lint/workspace.ts'
import { cli } from './cli.ts'
import { config } from './config.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { http } from './http.ts'
import { messages } from './messages.ts'
import { rules } from './rules.ts'

const pages = { events, errors, rules, config, http, cli }

/** What every generated file of docs/reference has to say now, by its path from the root. */
export async function reference(): Promise<ReadonlyMap<string, string>> {
  const made = new Map<string, string>()
  for (const [name, make] of Object.entries(pages)) {
    const path = `docs/reference/${name}.md`
    const text = await make(join(root, path))
    if (text !== undefined) made.set(path, text)
  }
  for (const [path, text] of await messages()) made.set(path, text)
  return made
}
