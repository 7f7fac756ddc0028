import type { TokenRole } from '@rapport/service'
import { Http } from './http.fixture.ts'
import { openServer, type RunningServer } from './server.ts'

export interface Served {
  readonly server: RunningServer
  /** What time it is for the house, from now on. */
  at(instant: string): void
  http(
    role: TokenRole,
    options?: { readonly tenant?: string; readonly subject?: string; readonly stakeholder?: string },
  ): Promise<Http>
}

/** The whole house in this process, with a clock that stands until it is set; by default the real one. */
export async function served(data: string, begins?: string): Promise<Served> {
  let now = begins === undefined ? undefined : Temporal.Instant.from(begins)
  const server = await openServer({ data, port: 0, clock: () => now ?? Temporal.Now.instant() })
  await server.settled()
  return {
    server,
    at: (instant) => (now = Temporal.Instant.from(instant)),
    http: async (role, { tenant = 'main', ...more } = {}) =>
      new Http(server.url, await server.token({ tenant, role, ...more })),
  }
}
