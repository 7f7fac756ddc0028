import { platformErrors } from '@rapport/service'
import type { Heard } from './wire.fixture.ts'

export type Kind = 'valid' | 'once' | 'altogether'
export interface Row {
  readonly sent: Record<Kind, number>
  readonly answered: Record<string, number>
  readonly codes: Record<string, number>
  /** Valid ones that were refused all the same. */
  readonly surprised: string[]
}

/** What was sent to each route and what it answered. */
export class Tally {
  readonly rows = new Map<string, Row>()
  readonly faults: string[] = []
  sent = 0
  once = 0
  altogether = 0
  accepted = 0

  row(route: string): Row {
    let row = this.rows.get(route)
    if (row === undefined)
      this.rows.set(
        route,
        (row = { sent: { valid: 0, once: 0, altogether: 0 }, answered: {}, codes: {}, surprised: [] }),
      )
    return row
  }

  /** Counts an answer; answers what it says where the request was accepted. */
  take(route: string, kind: Kind, body: string | Buffer, heard: Heard): Readonly<Record<string, unknown>> | undefined {
    const row = this.row(route)
    const { status, type, text } = heard
    const accepted = status >= 200 && status < 300
    this.sent++
    if (kind === 'once') this.once++
    if (kind === 'altogether') this.altogether++
    if (accepted) this.accepted++
    row.sent[kind]++
    const sort = `${Math.floor(status / 100)}xx`
    row.answered[sort] = (row.answered[sort] ?? 0) + 1
    const told = this.#told(text)
    if (accepted) return told ?? this.#fault(route, body, heard, 'is no JSON')
    const { code, status: repeated } = told ?? {}
    if (kind === 'valid' && row.surprised.length < 3) row.surprised.push(`${text} to ${String(body).slice(0, 500)}`)
    if (status < 400 || status >= 500) this.#fault(route, body, heard, 'is neither accepted nor refused')
    else if (type !== 'application/problem+json' || repeated !== status || !known(code))
      this.#fault(route, body, heard, 'is no problem with a stable code')
    else row.codes[code] = (row.codes[code] ?? 0) + 1
    return undefined
  }

  #told(text: string): Readonly<Record<string, unknown>> | undefined {
    try {
      return JSON.parse(text) as Readonly<Record<string, unknown>>
    } catch {
      return undefined
    }
  }

  #fault(route: string, body: string | Buffer, { status, text }: Heard, what: string): undefined {
    if (this.faults.length < 20)
      this.faults.push(`${status} ${text} ${what}: POST ${route} ${String(body).slice(0, 2000)}`)
    return undefined
  }

  /** The sums, and a line a route. */
  toString(): string {
    const rows = [...this.rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([route, { sent, answered }]) => {
        const counts = Object.entries(answered)
          .sort()
          .map(([sort, n]) => `${sort} ${n}`)
        return `${route}: ${sent.valid} valid, ${sent.once} once, ${sent.altogether} altogether → ${counts.join(', ')}`
      })
    const sums = `${this.sent} sent, ${this.accepted} accepted, ${this.once} one change away from valid`
    return [sums, ...rows].join('\n')
  }
}

/** A code of the platform, or one that a decision or an operation has of its own. */
const known = (code: unknown): code is string =>
  typeof code === 'string' &&
  code !== 'unexpected' &&
  (Object.hasOwn(platformErrors, code) || /^[a-z]+(-[a-z]+)*$/.test(code))
