import { createCipheriv, createDecipheriv, hash, randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { EventsControl } from './events.ts'

/** A note as somebody sends it. */
export interface Note {
  readonly desk: string
  readonly key: string
  readonly actor: string
  readonly by: string
  readonly words: string
}
interface Secret {
  readonly iv: string
  readonly ct: string
  readonly tag: string
}
interface Desk {
  revision: number
  notes: number
  last: string | Secret
  readonly commands: Set<string>
}
const body = z.strictObject({ by: z.uuid(), words: z.string().min(1).max(2000) })

/** The decision of the bench written out by hand: checked, read, folded, decided, made canonical, sealed, stored; a group is one transaction. */
export class HandleControl {
  readonly #store: EventsControl
  readonly #sealed: boolean
  readonly #desks = new Map<string, Desk>()
  readonly #keys = new Map<string, Buffer>()
  readonly #fresh

  constructor(path: string, sealed: boolean) {
    this.#store = new EventsControl(path)
    this.#sealed = sealed
    this.#fresh = this.#store.db.prepare(
      'SELECT revision, metadata, data FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision > ? ORDER BY revision',
    )
  }

  group(notes: readonly Note[]): void {
    this.#store.group(() => {
      for (const note of notes) this.#take(note)
    })
  }

  #take({ desk: id, key, actor, ...received }: Note): void {
    const { by, words } = body.parse(received)
    const stream = `bench.desk-acme~${id}`
    const desk = this.#desks.get(id) ?? { revision: -1, notes: 0, last: '', commands: new Set() }
    this.#desks.set(id, desk)
    for (const row of this.#fresh.all(stream, desk.revision)) {
      desk.revision = Number(row['revision'])
      desk.commands.add(JSON.parse(String(row['metadata'])).commandId)
      desk.notes++
      desk.last = JSON.parse(String(row['data'])).words
    }
    const commandId = uuid('command', actor, id, key)
    if (desk.commands.has(commandId)) return
    if ((typeof desk.last === 'string' ? desk.last : this.#open(by, desk.last)) === words) throw new Error('repeated')
    const eventId = uuid('event', commandId, '0')
    const data = JSON.stringify({ by, words: this.#sealed ? this.#seal(by, words, eventId) : words })
    const occurredAt = new Date().toISOString()
    const fingerprint = hash('sha256', JSON.stringify(received), 'base64url')
    const metadata = JSON.stringify({
      actor: { id: actor, kind: 'person' },
      commandId,
      correlation: commandId,
      fingerprint,
      occurredAt,
      tenant: 'acme',
      v: 1,
      visibility: 'internal',
      ...(this.#sealed && { subjects: [`person/${by}`] }),
    })
    this.#store.append(stream, [{ id: eventId, type: 'NoteTaken', metadata, data }], desk.revision)
  }

  #keyOf(person: string): Buffer {
    let key = this.#keys.get(person)
    if (key === undefined) this.#keys.set(person, (key = randomBytes(32)))
    return key
  }

  #seal(by: string, words: string, event: string): Secret {
    const iv = randomBytes(12)
    const plain = JSON.stringify({ salt: randomBytes(32).toString('base64url'), value: words })
    const cipher = createCipheriv('aes-256-gcm', this.#keyOf(by), iv)
    const ct = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64url')
    const envelope = {
      v: 1,
      kid: `person/${by}`,
      alg: 'A256GCM',
      of: [event, '/words'],
      digest: hash('sha256', plain, 'base64url'),
    }
    return { ...envelope, iv: iv.toString('base64url'), ct, tag: cipher.getAuthTag().toString('base64url') }
  }

  #open(by: string, { iv, ct, tag }: Secret): string {
    const cipher = createDecipheriv('aes-256-gcm', this.#keyOf(by), Buffer.from(iv, 'base64url'))
    cipher.setAuthTag(Buffer.from(tag, 'base64url'))
    return JSON.parse(cipher.update(ct, 'base64url', 'utf8') + cipher.final('utf8')).value
  }

  close(): void {
    this.#store.db.close()
  }
}

const uuid = (...parts: readonly string[]): string => {
  const hex = hash('sha256', parts.join('\n'))
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
export const newDesk = (): string => randomUUID()
