import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { openEventStoreDb } from './index.ts'

const server = createServer()
const asked: IncomingHttpHeaders[] = []
beforeAll(async () => {
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    asked.push(headers)
    // UNIMPLEMENTED: nobody asks again.
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' }, { endStream: true })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())))

test('every call, the first and later ones, asks for messages that are not packed', async () => {
  const store = openEventStoreDb({
    url: `esdb://127.0.0.1:${(server.address() as AddressInfo).port}?tls=false`,
    retries: 1,
  })
  const event = { id: '0192f0c1-7b7a-8c3e-8b8a-1234567890ab', type: 'NoteTaken', metadata: '{}', data: '{}' }
  const stream = 'library.note-acme~0192f0c1-7b7a-8c3e-8b8a-1234567890ac'
  await expect(store.read(stream)).rejects.toThrow()
  await expect(store.head([])).rejects.toThrow()
  await expect(store.append(stream, [event], 'none')).rejects.toThrow()
  await store.close()
  const paths = new Set(asked.map((headers) => headers[':path']))
  expect([...paths].sort()).toEqual([
    '/event_store.client.streams.Streams/BatchAppend',
    '/event_store.client.streams.Streams/Read',
  ])
  for (const headers of asked) expect(headers['grpc-accept-encoding']).toBe('identity')
})
