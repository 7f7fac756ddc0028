import { HOUSE, START, type Doc } from '@rapport/events'
import { createHouse, type Ports, type StoreIdentity } from '@rapport/house'
import { clinic } from './clinic/clinic.ts'
import { portal } from './portal/portal.ts'
import { inOrder, type Story } from './story.ts'
import { admin, StoryClock, system, Teller } from './teller.ts'

/** The tenant that `start` makes on an empty store. */
export const demoTenant = 'demo'

/** What stands in the tenant before its engagements. */
const tenant: Story = {
  name: 'tenant',
  zone: 'UTC',
  steps: [
    {
      when: [-91, '08:00'],
      async tell(t) {
        await t.create(system, 'engagements.tenant-settings', 'mark-simulated', {})
        await t.create(admin('first'), 'engagements.tenant-settings', 'set', { lateAfterDays: 3 })
      },
    },
  ],
}

/** Where Ops keeps on which day the demo was begun, and whether it is told to its end. */
const RECORD = 'demo'

/** True where there is a demo to make: the store is empty, or the making of it was interrupted. */
export async function wantsDemo({ events, ops }: Ports): Promise<boolean> {
  const kept = await ops.get(HOUSE, RECORD)
  return kept === undefined ? (await events.head([])) === START : (kept.value as Doc)['told'] !== true
}

/**
 * Makes the demo tenant: ninety days of two engagements, each act through its decision, under a clock that runs from then to yesterday.
 * `moved` hears the time of the story, for the store to record by. All days count from the first start's, and a making that was
 * interrupted goes on where it was.
 */
export async function makeDemo(
  ports: Ports & { readonly store: StoreIdentity },
  now: Temporal.Instant,
  moved: (clock: StoryClock) => void,
): Promise<void> {
  const kept = await ports.ops.get(HOUSE, RECORD)
  const begun = (kept?.value as { readonly today?: string } | undefined)?.today
  const today = begun === undefined ? now.toZonedDateTimeISO('UTC').toPlainDate() : Temporal.PlainDate.from(begun)
  let version: string | 'none' = kept?.version ?? 'none'
  const keep = async (told: boolean): Promise<void> => {
    const set = await ports.ops.set(HOUSE, RECORD, { today: today.toString(), told }, version)
    if (set === 'lost') throw new Error('Another process makes the demo.')
    version = set.version
  }
  if (kept === undefined) await keep(false)

  const stories = [tenant, portal(today), clinic(today)]
  const clock = new StoryClock(inOrder(stories, today)[0]!.at)
  moved(clock)
  const house = createHouse(ports, { store: ports.store, clock: clock.now })
  try {
    await house.projection.start()
    await house.reactor.start()
    await new Teller(house, ports, demoTenant, clock).tell(stories, today)
  } finally {
    await house.stop()
  }
  await keep(true)
}
