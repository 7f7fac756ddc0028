import { parseStored } from '@rapport/events'
import { Book, type By, type Command } from './book.ts'
import { Commands, setup } from './commands.ts'
import { Http } from './http.ts'
import type { Processes } from './processes.ts'
import { eventsOf } from './stored.ts'

/** What a run goes on with once its first folder stands. */
export interface Settled {
  readonly book: Book
  readonly commands: Commands
  readonly tokens: Readonly<Record<By, string>>
}
export interface SettledHere extends Settled {
  /** Milliseconds that a command on the command line takes to come up here. */
  readonly comingUp: number
}

const everybody = ['pm', 'alice', 'bob'] as const
const SHARED = 3

/** Makes the data folder, tokens for everybody, and an engagement for the load to be about. */
export async function settle(processes: Processes, data: string, rand: () => number): Promise<SettledHere> {
  const server = processes.start(data)
  const url = await server.ready
  if (url === undefined) throw new Error(`rapport start ended: ${(await server.ended).stderr}`)
  const http = new Http(url)
  const tokens = {} as Record<By, string>
  const actors = {} as Record<By, string>
  let comingUp = Infinity
  for (const by of everybody) {
    const begin = performance.now()
    const role = by === 'pm' ? 'pm' : 'admin'
    tokens[by] = await processes.ok(['token', '--role', role, '--subject', by, '--data', data])
    comingUp = Math.min(comingUp, performance.now() - begin)
    const { path, body } = setup.person(by)
    await http.post(path, JSON.stringify(body), tokens[by], `setup-${by}`)
    actors[by] = parseStored((await eventsOf(data)).at(-1)!).actor.id
  }
  const book = new Book(actors)
  const done = async (command: Command, key: string): Promise<string> => {
    const asked = book.ask(command, key)
    book.note(asked, await http.post(command.path, asked.text, tokens[command.by], key))
    if (asked.answer === undefined) throw new Error(`The setup failed: ${book.problems.join(' ')}`)
    return asked.answer.id
  }
  const [manager] = [await done(setup.person('pm'), 'setup-pm')]
  for (const by of ['alice', 'bob'] as const) await done(setup.person(by), `setup-${by}`)
  const client = await done(setup.client, 'setup-client')
  const engagement = await done(setup.engagement(client, manager), 'setup-engagement')
  const shared: string[] = []
  for (let n = 0; n < SHARED; n++) shared.push(await done(setup.disclosure(engagement), `setup-${n}`))
  http.close()
  server.child.kill('SIGTERM')
  await server.ended
  return { book, commands: new Commands({ engagement, manager, shared }, rand), tokens, comingUp }
}
