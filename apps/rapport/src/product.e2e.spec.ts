import { scratch } from './cli.fixture.ts'
import { productSuite } from './product.fixture.ts'
import { openServer } from './server.ts'

productSuite('on a data folder', async () => {
  const folder = scratch('product')
  const server = await openServer({ data: folder.path('data'), port: 0 })
  return {
    door: () => server.url,
    doors: [server.url],
    token: (options) => server.token(options),
    async close() {
      await server.close()
      await folder.clean()
    },
  }
})
