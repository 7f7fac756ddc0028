import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { Source } from './source.ts'
import { decisionText, specText } from './templates.ts'

export interface Wanted {
  readonly context: string
  /** As its folder is called: `disclosure`. */
  readonly stream: string
  readonly name: string
  readonly event?: string | undefined
}
export interface Made {
  /** Whole texts by path from the root. */
  readonly files: ReadonlyMap<string, string>
  readonly folder: string
  readonly event: string
}

/** The text of a file by its path from the root, undefined where there is none. */
export type Read = (path: string) => string | undefined

/** The files of one more decision, as they are to be written: public event, event, decision, spec, and the stream's list. */
export function newDecision(read: Read, { context, stream, name, event = eventName(stream, name) }: Wanted): Made {
  const folder = `libs/contexts/${context}/src/${stream}`
  const paths = {
    contract: `libs/contracts/src/${context}.ts`,
    events: `${folder}/events.ts`,
    decision: `${folder}/${name}.ts`,
    spec: `${folder}/${name}.spec.ts`,
    index: `${folder}/index.ts`,
  }
  if (!/^[a-z]+(-[a-z]+)*$/.test(name))
    throw new Error(`A decision is called by lower-case words with dashes, not ${name}.`)
  if (!/^[A-Z][A-Za-z0-9]+$/.test(event)) throw new Error(`An event is called like DisclosureWithdrawn, not ${event}.`)
  for (const path of [paths.decision, paths.spec])
    if (read(path) !== undefined) throw new Error(`${path} is there already.`)

  const source = (path: string): Source => {
    const text = read(path)
    if (text === undefined) throw new Error(`There is no stream ${context}.${stream}: no ${path}.`)
    return new Source(path, text)
  }
  const events = source(paths.events)
  const contract = source(paths.contract)
  const index = source(paths.index)
  const { variable, state, declaration, list } = events.stream(`${context}.${stream}`)
  const inEngagement = /level: 'engagement'|inEngagement/.test(declaration.getText())
  const reason = inEngagement ? `personal('engagement', text(2000))` : 'text(fieldLimits.line)'
  const constant = camel(event)

  if (!contract.has(event)) {
    for (const used of ['publicEvent', 'text', inEngagement ? 'personal' : 'fieldLimits'])
      contract.importName(used, '@rapport/events')
    contract.insertAfterLast(
      (text) => text.includes(`publicEvent('${context}.${stream}'`),
      `/** TODO: what happened, in one sentence. */\nexport const ${event} = publicEvent('${context}.${stream}', '${event}', 1, { reason: ${reason} })`,
    )
  }
  if (!events.has(constant)) {
    const alias = events.importName(context, '@rapport/contracts', 'contract')
    events.insertBefore(
      declaration,
      `export const ${constant} = event(${alias}.${event}, {
  visibility: 'internal',
  say: { en: 'TODO', zh: 'TODO' },
  show: ['reason'],
  evolve: (s: ${state}) => s,
})\n\n`,
    )
    events.addTo(list, constant)
  }
  const exported = camel(name)
  index.addTo(index.served(), index.importName(exported, `./${name}.ts`))

  return {
    event,
    folder,
    files: new Map([
      [paths.contract, contract.text()],
      [paths.events, events.text()],
      [paths.decision, decisionText({ context, name, exported, variable, event, constant })],
      [paths.spec, specText({ stream, name, exported, variable, constant })],
      [paths.index, index.text()],
    ]),
  }
}

/** Writes the files as Prettier leaves them. */
export async function writeAll(root: string, files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  for (const [path, text] of files) {
    const file = join(root, path)
    writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }))
  }
  return [...files.keys()]
}

const pascal = (words: string): string =>
  words
    .split('-')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('')
const camel = (words: string): string => pascal(words)[0]!.toLowerCase() + pascal(words).slice(1)

const irregular: Readonly<Record<string, string>> = {
  break: 'Broken',
  draw: 'Drawn',
  give: 'Given',
  hold: 'Held',
  make: 'Made',
  meet: 'Met',
  send: 'Sent',
  set: 'Set',
  take: 'Taken',
  withdraw: 'Withdrawn',
}
/** `stakeholder`, `grant-right` → StakeholderRightGranted: a guess, so that a name can be left out. */
export function eventName(stream: string, name: string): string {
  const [verb, ...object] = name.split('-') as [string, ...string[]]
  const past = verb.endsWith('e') ? `${verb}d` : /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ied` : `${verb}ed`
  return pascal([stream, ...object].join('-')) + (irregular[verb] ?? pascal(past))
}
