import { afterAll } from '@jest/globals'
import { onServers } from '@rapport/testing'
import { openOnServers } from './on-servers.ts'
import { productSuite } from './product.fixture.ts'
import { deployment, eventStore, startService } from './servers.fixture.ts'

await onServers(['kafka', 'mongodb'], (addresses) => {
  // One deployment: the services go on where the one process ended.
  let opened: ReturnType<typeof deployment> | undefined
  const place = () => (opened ??= deployment(addresses))
  afterAll(async () => (await opened)?.dispose())

  productSuite(`on the servers, in one process, with ${eventStore}`, async () => {
    const { env, token } = await place()
    const server = await openOnServers({ env, port: 0 })
    return { door: () => server.url, doors: [server.url], token, close: () => server.close() }
  })

  productSuite(`as separate services, with ${eventStore}`, async () => {
    const { env, token } = await place()
    const [engagements, communication, projection] = await Promise.all([
      startService('engagements', env),
      startService('communication', env),
      startService('projection', env),
    ])
    return {
      door: (path) =>
        (path.startsWith('/api/views/')
          ? projection
          : path.startsWith('/api/engagements/')
            ? engagements
            : communication
        ).url,
      doors: [engagements.url, communication.url, projection.url],
      token,
      async close() {
        await Promise.all([engagements, communication, projection].map((service) => service.stop()))
      },
    }
  })
})
