import { messagesContract, onServers } from '@rapport/testing'
import { message, streams, world } from './world.fixture.ts'

await onServers(['kafka'], ({ kafka }) => {
  messagesContract({
    name: 'KafkaMessages',
    terms: { patience: 20_000 },
    create: async () => {
      const { open, dispose } = await world(kafka)
      let port = open()
      return {
        port,
        async reopen() {
          await port.close()
          return (port = open())
        },
        another: async () => open(),
        dispose,
        streams: [...streams],
        async tell(told) {
          const messages = told.map(({ stream, key }, n) => message(key, n, streams[stream]))
          await port.publish(messages)
          return messages.map(({ headers }) => headers['ce_id']!)
        },
        publishes: true,
      }
    },
  })
})
