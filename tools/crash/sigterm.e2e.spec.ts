import { afterAll, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Account } from './account.ts'
import { Http } from './http.ts'
import { random } from './plan.ts'
import { Processes } from './processes.ts'
import { settle } from './settle.ts'
import { eventsOf } from './stored.ts'

jest.setTimeout(900_000)

const STOPS = 50
/** Milliseconds between two requests: 200 a second, however long the answers take. */
const EVERY = 5
const CONNECTIONS = 16
/** Requests answered before the signal, and tries afterwards that find nobody. */
const BEFORE = 60
const AFTER = 10

const dir = mkdtempSync(join(tmpdir(), 'rapport-sigterm-'))
const data = join(dir, 'data')
const processes = new Processes(new AbortController().signal)
afterAll(async () => {
  await processes.killAll()
  rmSync(dir, { recursive: true, force: true })
})

test(`SIGTERM ${STOPS} times at 200 requests a second: what was accepted is answered, what was answered is recorded once`, async () => {
  const { book, commands, tokens } = await settle(processes, data, random(11))
  const failed: unknown[] = []
  for (let stop = 1; stop <= STOPS; stop++) {
    const server = processes.start(data)
    const url = (await server.ready)!
    // They are made before: a connection that the kernel takes in at the very moment of closing is reset, and nobody can help it.
    const http = new Http(url, CONNECTIONS)
    const under = new Set<Promise<void>>()
    let answered = 0
    let unsent = 0
    const send = async (): Promise<void> => {
      const asked = book.ask(commands.next(), randomUUID())
      const { path, by } = asked.command
      const sent = await http.post(path, asked.text, tokens[by], asked.key)
      book.note(asked, sent)
      if (sent.status === 'unsent') unsent++
      else if (sent.status === 200 || sent.status === 201) answered++
      else if (asked.standing !== 'refused') failed.push({ stop, ...sent })
      if (asked.answer !== undefined) commands.acknowledged(asked, asked.answer)
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, send))
    let told = false
    for (let next = performance.now(); unsent < AFTER; next += EVERY) {
      const sending = send()
      under.add(sending)
      void sending.then(() => under.delete(sending))
      if (!told && answered >= BEFORE) {
        told = true
        server.child.kill('SIGTERM')
      }
      const wait = next - performance.now()
      if (wait > 0) await sleep(wait)
    }
    await Promise.all(under)
    http.close()
    expect({ stop, ...(await server.ended) }).toEqual({
      stop,
      code: 0,
      signal: null,
      stdout: expect.anything(),
      stderr: '',
    })
  }
  expect({ failed, problems: book.problems }).toEqual({ failed: [], problems: [] })
  expect(book.of('in-doubt')).toEqual([])
  const account = new Account(book.asked)
  account.take(await eventsOf(data))
  expect(account.judge(false)).toEqual([])
  expect(book.of('acknowledged').length).toBeGreaterThan(STOPS * BEFORE)
})
