import { interruptible, print, printJson } from '../output.ts'
import { mustExist, reach, type Where } from '../reach.ts'

interface Logged {
  readonly id: string
  readonly stream: string
  readonly revision: string
  readonly position: string
  readonly type: string
  readonly recordedAt: string
  readonly metadata: { readonly occurredAt: string }
  readonly data: unknown
}

/** `rapport events`: every stored event of the tenant in recorded order, data and metadata as stored. */
export async function events(options: Where & { readonly json?: boolean; readonly stream?: string }): Promise<void> {
  mustExist(options)
  await reach(options, 'auditor', interruptible(), async (client) => {
    for await (const { stream, revision, position, id, type, recordedAt, metadata, data } of client.items<Logged>(
      'log',
    )) {
      if (!stream.startsWith(options.stream ?? '')) continue
      const { occurredAt } = metadata
      if (options.json === true)
        await printJson({ stream, revision, position, id, type, occurredAt, recordedAt, metadata, data })
      else await print(`${recordedAt}  ${occurredAt}  ${stream}  ${revision}  ${type}  ${id}`)
    }
  })
}
