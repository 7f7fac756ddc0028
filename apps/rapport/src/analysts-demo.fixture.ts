import { hash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect } from '@jest/globals'
import { Parser } from '@asyncapi/parser'
import { envelopesIn, KeyRing, messagesOf, parseStored, type Message } from '@rapport/events'
import { registry } from '@rapport/house'
import { openFolder } from '@rapport/sqlite'
import { root } from './analysts.fixture.ts'
import { openServer, type RunningServer } from './server.ts'
import { eventsOf } from './store.fixture.ts'

/** The topics as the AsyncAPI document tells analysts. */
export async function describedTopics(): Promise<readonly string[]> {
  const source = `${root}docs/reference/asyncapi.yaml`
  const { document } = await new Parser().parse(readFileSync(source, 'utf8'), { source })
  return document!
    .channels()
    .all()
    .map((channel) => channel.address()!)
}

export interface Demo {
  readonly messages: readonly Message[]
  readonly personal: ReadonlySet<string>
  /** How many events are stored. */
  readonly stored: number
}

/** What the demo tenant published, in recorded order, and every personal text in it. */
export async function demoMessages(data: string, source: string): Promise<Demo> {
  const clock = () => Temporal.Instant.from('2026-03-04T09:12:33Z')
  const server = await openServer({ data, port: 0, demo: true, clock })
  await abandonAnImport(server)
  await server.close()
  const events = await eventsOf(data)
  const opening = await openFolder(data)
  try {
    const ring = new KeyRing(opening.keys)
    const personal = new Set<string>()
    for (const stored of events) {
      const { meta, data: held } = parseStored(stored)
      for (const envelope of envelopesIn(held)) {
        const text: unknown = await ring.open(meta.tenant, envelope)
        if (typeof text === 'string') personal.add(text)
        // Nobody can say what an erased person was called.
        else expect(text).toEqual({ erased: true })
      }
    }
    return {
      messages: events.flatMap((stored) => messagesOf(registry, stored, source)),
      personal,
      stored: events.length,
    }
  } finally {
    await opening.close()
  }
}

/** The one kind of stream that the demo has none of; its first event has no public face. */
async function abandonAnImport({ house }: RunningServer): Promise<void> {
  const actor = { id: randomUUID(), kind: 'person', role: 'admin' } as const
  const asked = { tenant: 'demo', stream: 'engagements.import', key: 'one', source: actor.id, actor }
  const body = { source: 'a-file', mapping: hash('sha256', 'a mapping') }
  const { id } = await house.handle.handle({ ...asked, decision: 'start', body })
  await house.handle.handle({ ...asked, decision: 'abandon', id, body: { reason: 'wrong-file' } })
}
