import { createCipheriv, hash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import { EventsControl } from './events.ts'

/** Rows of one transaction. */
const TOGETHER = 64
const channels: Readonly<Record<string, string>> = {
  'Constituent Call': 'phone',
  'Self Service': 'portal',
  Email: 'email',
}
const pattern = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d):(\d\d) (AM|PM)$/

/** The mapping of the city's file written out by hand: a row is a request, and an answer where it was closed; what they say is sealed. */
export class ImportControl {
  readonly #store: EventsControl
  readonly #engagements = new Map<string, { readonly id: string; readonly key: Buffer }>()
  readonly #done = new Set<string>()

  constructor(path: string) {
    this.#store = new EventsControl(path)
  }

  async take(file: string): Promise<number> {
    let rows: Record<string, string>[] = []
    let events = 0
    const write = (): void => this.#store.group(() => rows.forEach((row) => (events += this.#row(row))))
    for await (const row of createReadStream(file).pipe(parse({ columns: true })) as AsyncIterable<
      Record<string, string>
    >) {
      if (rows.push(row) < TOGETHER) continue
      write()
      rows = []
    }
    write()
    return events
  }

  #row(row: Record<string, string>): number {
    const id = row['CASE_ENQUIRY_ID']!
    if (this.#done.has(id)) return 0
    this.#done.add(id)
    const said = `${row['TYPE'] || 'Request'}: ${row['CASE_TITLE'] || 'no title'}. ${row['Location'] || 'No address given'}`
    const channel = channels[row['Source']!] ?? 'other'
    this.#event(row, 'opening', { channel, direction: 'inbound' }, said, row['OPEN_DT']!)
    if (row['CLOSED_DT'] === '') return 1
    const letter = row['CLOSURE_REASON'] || 'Closed without a text.'
    this.#event(row, 'closure-letter', { channel: 'letter', direction: 'outbound' }, letter, row['CLOSED_DT']!)
    return 2
  }

  #event(row: Record<string, string>, fact: string, said: object, summary: string, when: string): void {
    const department = row['Department']!
    let engagement = this.#engagements.get(department)
    if (engagement === undefined) {
      engagement = { id: uuid('engagement', department), key: randomBytes(32) }
      this.#engagements.set(department, engagement)
    }
    const reference = row['CASE_ENQUIRY_ID']!
    const commandId = uuid('command', fact, reference)
    const id = uuid('event', commandId)
    const kid = `engagement/${engagement.id}`
    const iv = randomBytes(12)
    const plain = JSON.stringify({ salt: randomBytes(32).toString('base64url'), value: summary })
    const cipher = createCipheriv('aes-256-gcm', engagement.key, iv)
    const ct = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64url')
    const [tag, digest] = [cipher.getAuthTag().toString('base64url'), hash('sha256', plain, 'base64url')]
    const sealed = { alg: 'A256GCM', ct, digest, iv: iv.toString('base64url'), kid, of: [id, '/summary'], tag, v: 1 }
    const metadata = JSON.stringify({
      actor: { id: department, kind: 'connector' },
      commandId,
      correlation: commandId,
      engagement: engagement.id,
      fingerprint: hash('sha256', JSON.stringify([said, summary]), 'base64url'),
      import: { source: 'boston311', reference },
      occurredAt: instant(when),
      subjects: [kid],
      tenant: 'acme',
      v: 1,
      visibility: 'internal',
    })
    const data = JSON.stringify({ ...said, engagement: engagement.id, summary: sealed })
    const stream = `communication.interaction-acme~${uuid('stream', commandId)}`
    this.#store.append(stream, [{ id, type: 'InteractionLogged', metadata, data }], -1)
  }

  close(): void {
    this.#store.db.close()
  }
}

const uuid = (...parts: readonly string[]): string => {
  const hex = hash('sha256', parts.join('\n'))
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
function instant(text: string): string {
  const [, month, day, year, hour, minute, second, half] = pattern.exec(text)!
  const local = Temporal.PlainDateTime.from({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: (Number(hour) % 12) + (half === 'PM' ? 12 : 0),
    minute: Number(minute),
    second: Number(second),
  })
  return local.toZonedDateTime('America/New_York').toInstant().toString({ fractionalSecondDigits: 3 })
}
