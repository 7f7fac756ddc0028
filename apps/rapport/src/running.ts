import type { Serving } from '@rapport/house'
import type { TokenRole } from '@rapport/service'
import { Ended } from './exit-codes.ts'

/** The whole product in this process, wherever it stores. */
export interface Running extends Serving {
  token(options: {
    readonly tenant: string
    readonly role: TokenRole
    readonly subject?: string
    readonly stakeholder?: string
  }): Promise<string>
}

/** The error of a door that does not open, in words for the command line; another error as it is. */
export function portTaken(error: unknown, port: number): unknown {
  const { code } = error as { code?: string }
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error
  return new Ended('port-taken', `Port ${port} is taken (${code}); --port names another, 0 takes a free one.`)
}

/** As {@link Serving.settled}, but what stopped the read models ends the command. */
export async function settled(serving: Serving): Promise<void> {
  try {
    await serving.settled()
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string }
    throw new Ended('failed', `The read models stopped: ${message ?? String(error)}`, code ?? 'failed')
  }
}
