import * as house from '@rapport/house'
import * as service from '@rapport/service'
import type { Variable, Variables } from '@rapport/service'
import { z } from 'zod'
import { appModule } from './app.ts'
import { code, page, paragraphs, table } from '../markdown.ts'

const intro = `Configuration comes from the environment and is checked at start: each wrong value is named, with what it must be, before anything is opened.
An empty variable counts as absent. On a data folder nothing must be set; a process on the servers needs what has no default.`

/** Every list of variables that a module exports; they are known by their form. */
const listsOf = (module: object): readonly Variables[] =>
  Object.values(module).filter(
    (value): value is Variables =>
      typeof value === 'object' &&
      value !== null &&
      Object.keys(value).length > 0 &&
      Object.values(value as object).every((v) => typeof v === 'object' && v !== null && 'schema' in v && 'words' in v),
  )

export async function config(path: string): Promise<string> {
  const app = [await appModule('src/config.ts'), await appModule('src/variables.ts')]
  const variables = new Map<string, Variable>()
  for (const list of [service, house, ...app].flatMap((module) => (module === undefined ? [] : listsOf(module))))
    for (const [name, variable] of Object.entries(list)) variables.set(name, variable)
  for (const [name, variable] of Object.entries(house.rolesVariable([]))) variables.set(name, variable)
  const usual: Readonly<Record<string, string>> = {
    ROLES: `${code(house.contextRoles.join(','))} for a context, ${code(house.projectionRoles.join(','))} for the projection`,
  }
  const rows = [...variables].map(([name, variable]) => [
    code(name),
    variable.words,
    usual[name] ?? defaultOf(variable),
    allowed(variable) + (variable.secret === true ? ' (never printed)' : ''),
  ])
  return page(path, 'Configuration', paragraphs(intro, table(['Variable', 'Meaning', 'Default', 'Value'], rows)))
}

function defaultOf({ default: usual }: Variable): string {
  if (usual === undefined) return 'none: it must be set'
  return usual === '' ? 'none' : code(usual)
}

/** What the schema says to somebody who sent nothing usable. */
function allowed({ schema }: Variable): string {
  const issue = (schema as z.ZodType).safeParse('\u0000').error?.issues[0]
  return issue === undefined ? 'any text' : issue.message.replace(/^must be /, '')
}
