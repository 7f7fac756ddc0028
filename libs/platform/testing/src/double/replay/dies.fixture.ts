// A process that ends as every one does that sends a bad append through the client.
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'

const client = EventStoreDBClient.connectionString(process.argv[2]!)
process.on('uncaughtException', ({ name, message }) => {
  process.send!({ name, message }, () => process.exit(1))
})
try {
  await client.appendToStream('replay', jsonEvent({ type: '', data: {} }))
} catch (error) {
  const { name, type, message } = error as Error & { type: string }
  const ctor = (error as object).constructor.name
  process.send!({ error: { name, ctor, type, message, instanceofError: error instanceof Error } })
}
