import { join } from 'node:path'
import { Handle, KeyRing, Registry, type Command } from '@rapport/events'
import { openFolder } from '@rapport/sqlite'
import { bench } from './desk.ts'
import { HandleControl, newDesk, type Note } from './control/handle.ts'
import { id8, tenant } from './sample.ts'
import { rate, rounds, type Measured, type Setting, type Work } from './work.ts'

const CALLERS = 32
/** Notes on a desk before its caller opens another. */
const LENGTH = 100
const persons = Array.from({ length: CALLERS }, id8)
const actor = id8()
const words = (n: number): string => `The minutes say on page ${n} that both sides agreed. `.repeat(4)

async function notes(decision: 'note' | 'note-sealed', setting: Setting): Promise<Measured> {
  const folder = await openFolder(setting.folder('ours'))
  const control = new HandleControl(join(setting.folder('control'), 'events.db'), decision === 'note-sealed')
  const keys = new KeyRing(folder.keys)
  const registry = new Registry([bench])
  const handle = new Handle({ store: folder.events, keys, registry, clock: () => Temporal.Now.instant() })
  const by = { tenant, stream: 'bench.desk', source: actor, actor: { id: actor, kind: 'person', role: 'pm' } } as const
  const command = (part: Pick<Command, 'decision' | 'body' | 'key' | 'id'>) => handle.handle({ ...by, ...part })
  const open = async (): Promise<string> =>
    (await command({ decision: 'open', body: { name: 'Front' }, key: id8() })).id
  const many = setting.size(3_200, 64)
  let next = 0
  try {
    for (const person of persons) await keys.forSealing(tenant, person.replace(/^/, 'person/'))
    const rate1 = async (): Promise<number> => {
      const desks = await Promise.all(persons.map(open))
      return rate(many, () =>
        Promise.all(
          desks.map(async (id, caller) => {
            for (let n = 0; n < many / CALLERS; n++)
              await command({ decision, id, body: { by: persons[caller]!, words: words(next + n) }, key: id8() })
          }),
        ),
      )
    }
    const rate2 = async (): Promise<number> => {
      const desks = persons.map(newDesk)
      return rate(many, () => {
        for (let n = 0; n < many / CALLERS; n++)
          control.group(
            desks.map((desk, caller): Note => ({
              desk,
              key: id8(),
              actor,
              by: persons[caller]!,
              words: words(next + n),
            })),
          )
      })
    }
    return await rounds(setting.size(11, 2), { ours: rate1, control: rate2 }, () => (next += LENGTH))
  } finally {
    await folder.close()
    control.close()
  }
}

const why =
  'the control has no contract to keep: no identity under the tenant’s key, no fingerprint, no canonical form, no check of what is stored, no way for a second process'
export const handles: readonly Work[] = [
  {
    name: 'handle-plain',
    unit: 'commands/s',
    goal: 0.4,
    words: '`handle` from command to durable event, nothing sealed, 32 callers',
    why,
    run: (setting) => notes('note', setting),
  },
  {
    name: 'handle-sealed',
    unit: 'commands/s',
    goal: 0.4,
    words: 'the same, with one field opened and one sealed',
    why,
    run: (setting) => notes('note-sealed', setting),
  },
]
