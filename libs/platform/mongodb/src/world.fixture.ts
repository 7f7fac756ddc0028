import { randomBytes, randomUUID } from 'node:crypto'
import type { Opened } from '@rapport/testing'
import mongoose from 'mongoose'
import type { MongoOptions } from './index.ts'

/** What answers at the address, by its true name. */
export async function serverName(url: string): Promise<string> {
  const client = new mongoose.mongo.MongoClient(url)
  try {
    const { secantusVersion } = await client.db('admin').command({ buildInfo: 1 })
    return secantusVersion === undefined ? 'MongoDB' : 'SecantusDB'
  } finally {
    await client.close()
  }
}

/** The driver itself, beside the adapter: to look at what is stored, and to delete it. */
export async function withClient<T>(
  url: string,
  work: (client: InstanceType<typeof mongoose.mongo.MongoClient>) => Promise<T>,
): Promise<T> {
  const client = new mongoose.mongo.MongoClient(url)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

export const freshPrefix = (): string => `suite-${randomUUID().slice(0, 13)}`
export const aMasterKey = (): Uint8Array => Uint8Array.from(randomBytes(32))

export const dropAll = (url: string, prefix: string): Promise<void> =>
  withClient(url, async (client) => {
    for (const port of ['documents', 'ops', 'keys']) await client.db(`${prefix}-${port}`).dropDatabase()
  })

/** A port on databases of its own, which go when the case ends; a second instance and a restart are connections of their own. */
export const opening =
  <P extends { close(): Promise<void> }>(url: string, open: (options: MongoOptions) => Promise<P>) =>
  async (): Promise<Opened<P>> => {
    const prefix = freshPrefix()
    const ports: P[] = []
    const next = async (): Promise<P> => {
      const port = await open({ url, prefix, poolSize: 10 })
      ports.push(port)
      return port
    }
    const port = await next()
    return {
      port,
      another: next,
      reopen: async () => {
        await ports[0]!.close()
        return next()
      },
      dispose: async () => {
        for (const each of ports) await each.close()
        await dropAll(url, prefix)
      },
    }
  }
