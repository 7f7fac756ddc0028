import { onServers } from '@rapport/testing'
import { openOnServers } from './on-servers.ts'
import { productSuite } from './product.fixture.ts'
import { deployment, startService } from './servers.fixture.ts'

await onServers(['kafka', 'mongodb'], (addresses) => {
  productSuite('on the servers, in one process', async () => {
    const { env, token, dispose } = await deployment(addresses)
    const server = await openOnServers({ env, port: 0 })
    return {
      door: () => server.url,
      doors: [server.url],
      token,
      async close() {
        await server.close()
        await dispose()
      },
    }
  })

  productSuite('as separate services', async () => {
    const { env, token, dispose } = await deployment(addresses)
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
        await dispose()
      },
    }
  })
})
