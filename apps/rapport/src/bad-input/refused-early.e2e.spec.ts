import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { rapportOk, scratch, started } from '../cli.fixture.ts'
import { Wire } from './fuzz/wire.fixture.ts'

jest.setTimeout(120_000)

const folder = scratch('refused-early')
const data = folder.path('data')
afterAll(() => folder.clean())

let wire: Wire
let token: string
beforeAll(async () => {
  // A process of its own: it closes a connection while this one still writes.
  wire = new Wire((await started(data)).url, 8)
  token = (await rapportOk(['token', '--role', 'pm', '--data', data]))[0]!
})
afterAll(() => wire?.close())

test('RFC 9112 §9.6 a client that still writes a body over 1 MiB when it is refused hears so, never a broken pipe', async () => {
  const body = Buffer.from(JSON.stringify({ name: 'x'.repeat(1_190_000) }))
  const heard = await Promise.all(
    Array.from({ length: 2_000 }, () =>
      wire.post('/api/engagements/clients', token, body).then(
        ({ status }) => status,
        (error: unknown) => (error as { code?: unknown }).code,
      ),
    ),
  )
  expect([...new Set(heard)]).toEqual([413])
})
