import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { root } from '../lint/workspace.ts'

const code = `
  import { Kafka, logLevel } from 'kafkajs'
  const [brokers, ...topics] = process.argv.slice(1)
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.deleteTopics({ topics })
  await admin.disconnect()`

/** Takes the topics of a spec away again, in a process of its own: the driver is for its adapter only. */
export async function removeTopics(brokers: string, topics: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code, brokers, ...topics], { cwd: root })
}
