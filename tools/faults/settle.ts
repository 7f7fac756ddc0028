import { parseStored, streamName } from '@rapport/events'
import { Book, TENANT, type By, type Command } from '../crash/book.ts'
import { Commands, setup } from '../crash/commands.ts'
import type { Settled } from '../crash/settle.ts'
import type { Deployment } from './deployment.ts'
import type { Routes } from './routes.ts'

const everybody = ['pm', 'alice', 'bob'] as const
const SHARED = 3

export interface SettledThere extends Pick<Settled, 'book' | 'commands' | 'tokens'> {
  readonly engagement: string
  readonly manager: string
  readonly operator: string
}

/** Makes tokens for everybody, and an engagement for the load to be about. */
export async function settleOn(deployment: Deployment, routes: Routes, rand: () => number): Promise<SettledThere> {
  const tokens = {} as Record<By, string>
  const actors = {} as Record<By, string>
  const persons = {} as Record<By, string>
  for (const by of everybody) {
    tokens[by] = await deployment.mint({ tenant: TENANT, subject: by, role: by === 'pm' ? 'pm' : 'admin' })
    const { path, body, stream } = setup.person(by)
    const sent = await routes.post(path, JSON.stringify(body), tokens[by], `setup-${by}`)
    if (sent.status !== 201) throw new Error(`The setup failed: ${JSON.stringify(sent)}`)
    persons[by] = String(sent.body['id'])
    const [first] = await deployment.store.read(streamName(stream, TENANT, persons[by]))
    actors[by] = parseStored(first!).actor.id
  }
  const book = new Book(actors)
  const done = async (command: Command, key: string): Promise<string> => {
    const asked = book.ask(command, key)
    book.note(asked, await routes.post(command.path, asked.text, tokens[command.by], key))
    if (asked.answer === undefined) throw new Error(`The setup failed: ${book.problems.join(' ')}`)
    return asked.answer.id
  }
  for (const by of everybody) await done(setup.person(by), `setup-${by}`)
  const manager = persons.pm
  const client = await done(setup.client, 'setup-client')
  const engagement = await done(setup.engagement(client, manager), 'setup-engagement')
  const shared: string[] = []
  for (let n = 0; n < SHARED; n++) shared.push(await done(setup.disclosure(engagement), `setup-${n}`))
  const commands = new Commands({ engagement, manager, shared }, rand)
  const operator = await deployment.mint({ tenant: TENANT, subject: 'operator', role: 'operator' })
  return { book, commands, tokens, engagement, manager, operator }
}
