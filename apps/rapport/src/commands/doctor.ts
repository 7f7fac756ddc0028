import { Ended } from '../exit-codes.ts'
import { interruptible, print, printJson } from '../output.ts'
import type { Examination } from '../doctor.ts'
import { notOnServers } from '../on-servers.ts'
import { mustExist, reach, type Where } from '../reach.ts'

/** `rapport doctor`: ends with 1 and names whatever is not as it should be. */
export async function doctor(options: Omit<Where, 'tenant'> & { readonly json?: boolean }): Promise<void> {
  notOnServers(process.env, 'doctor examines the files of a data folder.')
  mustExist({ ...options, tenant: 'main' })
  const signal = interruptible()
  const found = await reach(
    { ...options, tenant: 'main' },
    'operator',
    signal,
    (client) => client.operation<Examination>('doctor', {}),
    async () => (await import('../doctor.ts')).examineAlone(options.data, signal),
  )
  if (options.json === true) await printJson(found)
  else {
    for (const { code, message, where } of found.findings) await print(`${code}: ${where}: ${message}`)
    for (const notice of found.notices) await print(`notice: ${notice}`)
    await print(
      `${found.events} events, ${found.envelopes} sealed values and every document examined; ${found.findings.length} findings.`,
    )
  }
  if (found.findings.length > 0) throw new Ended('failed', 'Something is not as it should be.', 'findings')
}
