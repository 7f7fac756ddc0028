import { join } from 'node:path'
import { openFolder } from '@rapport/sqlite'
import { EventsControl } from './control/events.ts'
import { contact, interactionStream } from './sample.ts'
import type { Setting } from './work.ts'

/** Appends under way at the same time while a store is filled. */
const TOGETHER = 1000

/** A data folder with so many events, nine in ten a contact on a stream of its own, every tenth a correction of one shortly before. */
export function filled(setting: Setting, events: number): Promise<string> {
  return setting.shared(`store-${events}`, async (dir) => {
    const folder = await openFolder(dir)
    try {
      for (let n = 0; n < events; n += TOGETHER) {
        setting.progress(`filling the store, ${n.toLocaleString('en')} of ${events.toLocaleString('en')} events`)
        const logged = Array.from({ length: Math.ceil(Math.min(TOGETHER, events - n) * 0.9) }, (_, i) => ({
          n: n + i,
          stream: interactionStream(),
          event: contact(n + i),
        }))
        await Promise.all(logged.map(({ stream, event }) => folder.events.append(stream, [event], 'none')))
        const corrected = logged.slice(0, Math.min(TOGETHER, events - n) - logged.length)
        await Promise.all(corrected.map((c) => folder.events.append(c.stream, [contact(c.n, c.event.id)], 0)))
      }
    } finally {
      await folder.close()
    }
    return dir
  })
}

/** The same events in the control's table, which is open when it answers. */
export async function copied(setting: Setting, from: string, to: string): Promise<EventsControl> {
  const path = join(to, 'events.db')
  const control = new EventsControl(path)
  const folder = await openFolder(from, { readonly: true })
  const heads = new Map<string, number>()
  setting.progress('copying the store for the control')
  const signal = new AbortController().signal
  try {
    for await (const page of folder.events.follow({ from: '', prefixes: [], signal })) {
      control.group(() => {
        for (const event of page.events) {
          control.append(event.stream, [event], heads.get(event.stream) ?? -1)
          heads.set(event.stream, event.revision)
        }
      })
      if (page.caughtUp) break
    }
  } finally {
    await folder.close()
    control.db.close()
  }
  // Opened again, so that it holds nothing of what filled it.
  return new EventsControl(path)
}
