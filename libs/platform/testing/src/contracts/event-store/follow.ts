import { START } from '@rapport/events'
import type { Page } from '@rapport/events'
import { holds, pause, same, within } from '../check.ts'
import { promise, restarted, rival } from '../suite.ts'
import type { Case } from '../suite.ts'
import { area, caughtUp, event, events, eventsOf, given, idsOf, pagesUntil, streamIn } from './world.ts'
import type { EventStoreHandle } from './world.ts'

/** §4 follow. */
export const follow: readonly Case<EventStoreHandle>[] = [
  promise('§4 follow is exclusive of from; the start reads everything', async ({ port }, terms) => {
    const context = area()
    const prefixes = [`${context}.`]
    const batch = events(5)
    const stream = streamIn(context)
    await port.append(stream, batch, 'none')
    const positions = [START, ...(await port.read(stream)).map(({ position }) => position)]
    for (const [n, from] of positions.entries()) {
      const pages = await pagesUntil(port, { from, prefixes }, caughtUp, terms)
      same(idsOf(eventsOf(pages)), idsOf(batch.slice(n)), `ids from position ${n}`)
    }
  }),

  promise(
    '§4 follow gives the events whose stream begins with one of the prefixes, no others',
    async ({ port }, terms) => {
      const context = area()
      const other = area()
      const streams = [
        streamIn(context),
        streamIn(`${context}x`),
        streamIn(`${context}-x`),
        streamIn(other),
        streamIn(`x${context}`),
        streamIn(context, 'other-thing'),
      ]
      const ids: string[] = []
      const before = await port.head([])
      for (const stream of streams) {
        const [one] = events(1)
        await port.append(stream, [one!], 'none')
        ids.push(one!.id)
      }
      const read = async (prefixes: string[], from = START): Promise<string[]> =>
        idsOf(eventsOf(await pagesUntil(port, { from, prefixes }, caughtUp, terms)))
      same(await read([`${context}.`]), [ids[0], ids[5]], 'one prefix')
      same(await read([`${other}.`, `${context}.`]), [ids[0], ids[3], ids[5]], 'two prefixes')
      same(await read([`${area()}.`]), [], 'a prefix of nothing')
      const everything = await read([], before) // a shared server may hold much more before that
      same(
        everything.filter((id) => ids.includes(id)),
        ids,
        'without prefixes',
      )
    },
  ),

  promise('§4 a prefix is a text, never a pattern', async ({ port }, terms) => {
    const context = area()
    await port.append(streamIn(context), events(1), 'none')
    for (const prefix of [
      `${context.slice(0, -1)}_.`,
      '%.',
      '*.',
      '.*.',
      `${context.slice(0, -1)}[a-z].`,
      `^${context}.`,
    ]) {
      let got: readonly Page[] = []
      try {
        got = await pagesUntil(port, { from: START, prefixes: [prefix] }, caughtUp, terms)
      } catch (error) {
        holds((error as { code?: string }).code === 'invalid-query', `${prefix} is refused as a query or finds nothing`)
      }
      same(eventsOf(got), [], `events under ${prefix}`)
    }
  }),

  promise(
    '§4 the position moves over ignored events too, and a restart reads none of them again (BR-46)',
    async (handle, terms) => {
      const [context, noise] = [area(), area()]
      const prefixes = [`${context}.`]
      const [own] = events(1)
      await handle.port.append(streamIn(context), [own!], 'none')
      let ignored = START
      for (let n = 0; n < 3; n += 1) ignored = (await handle.port.append(streamIn(noise), events(400), 'none')).position
      const passed = (pages: readonly Page[]): boolean => caughtUp(pages) && pages.at(-1)!.position >= ignored
      const pages = await pagesUntil(handle.port, { from: START, prefixes }, passed, terms)
      same(idsOf(eventsOf(pages)), [own!.id], 'own events')
      const port = await restarted(handle)
      const again = await pagesUntil(port, { from: pages.at(-1)!.position, prefixes }, caughtUp, terms)
      same(eventsOf(again), [], 'events after the restart')
      holds(again.at(-1)!.position >= ignored, 'the position does not go back')
    },
  ),

  promise('§4 the position moves over events that are ignored while it waits', async ({ port }, terms) => {
    const [context, noise] = [area(), area()]
    let ignored = ''
    const passed = (pages: readonly Page[]): boolean => ignored !== '' && pages.at(-1)!.position >= ignored
    const from = await port.head([])
    const following = pagesUntil(port, { from, prefixes: [`${context}.`] }, passed, terms)
    following.catch(() => {})
    await pause(20)
    ignored = (await port.append(streamIn(noise), events(3), 'none')).position
    // A second append wakes a follower whose page was read before `ignored` was known here.
    ignored = (await port.append(streamIn(noise), events(1), 'none')).position
    same(eventsOf(await following), [], 'events')
  }),

  promise(
    '§4 a follower that has read everything says so, and says it with nothing to read as well',
    async ({ port }, terms) => {
      const context = area()
      const prefixes = [`${context}.`]
      const nothing = await pagesUntil(port, { from: START, prefixes }, caughtUp, terms)
      same(eventsOf(nothing), [], 'events before any')
      const { position } = await port.append(streamIn(context), events(3), 'none')
      const atHead = await pagesUntil(port, { from: position, prefixes }, caughtUp, terms)
      same(eventsOf(atHead), [], 'events behind the last')
      holds(atHead.at(-1)!.position >= position, 'the position does not go back')
    },
  ),

  promise('§4 caughtUp is not said while more stands in the store', async ({ port }, terms) => {
    const context = area()
    const batches = Array.from({ length: 5 }, () => events(1000))
    for (const batch of batches) await port.append(streamIn(context), batch, 'none')
    const pages = await pagesUntil(port, { from: START, prefixes: [`${context}.`] }, caughtUp, terms)
    same(idsOf(eventsOf(pages)), idsOf(batches.flat()), 'ids when caughtUp was first said')
  }),

  promise('§4 going on from the position of any page loses nothing and repeats nothing', async ({ port }, terms) => {
    const [context, noise] = [area(), area()]
    const prefixes = [`${context}.`]
    for (let n = 0; n < 12; n += 1) await port.append(streamIn(n % 3 === 0 ? noise : context), events(150), 'none')
    const pages = await pagesUntil(port, { from: START, prefixes }, caughtUp, terms)
    const ids = idsOf(eventsOf(pages))
    same(ids.length, 1200, 'events')
    let given = 0
    let before = START
    for (const page of pages) {
      given += page.events.length
      holds(page.position >= before, 'the position never falls')
      holds(
        page.events.every(({ position }) => position > before && position <= page.position),
        'events lie within their page',
      )
      before = page.position
      const rest = await pagesUntil(port, { from: page.position, prefixes }, caughtUp, terms)
      same(idsOf(eventsOf(rest)), ids.slice(given), `ids from ${page.position}`)
    }
  }),

  promise(
    '§4 follow goes on for ever: what is appended later arrives, also from another instance',
    async (handle, terms) => {
      const context = area()
      const reader = await rival(handle)
      const batches = Array.from({ length: 4 }, () => events(2))
      const done = given(batches.at(-1)![1]!.id)
      const following = pagesUntil(reader, { from: START, prefixes: [`${context}.`] }, done, terms)
      following.catch(() => {})
      for (const batch of batches) {
        await pause(15)
        await handle.port.append(streamIn(context), batch, 'none')
      }
      same(idsOf(eventsOf(await following)), idsOf(batches.flat()), 'ids')
    },
  ),

  promise('§4 follow ends without an error when the signal aborts', async ({ port }, terms) => {
    const context = area()
    await port.append(streamIn(context), events(2), 'none')
    const read = async (signal: AbortSignal, each: () => void = () => {}): Promise<number> => {
      let pages = 0
      for await (const _ of port.follow({ from: START, prefixes: [`${context}.`], signal })) {
        pages += 1
        each()
      }
      return pages
    }
    same(
      await within(terms.patience, read(AbortSignal.abort()), () => 'aborted before'),
      0,
      'pages when aborted before',
    )
    const inPage = new AbortController()
    await within(
      terms.patience,
      read(inPage.signal, () => inPage.abort()),
      () => 'aborted in a page',
    )
    const waiting = new AbortController()
    const ended = read(waiting.signal)
    await pause(50)
    waiting.abort()
    await within(terms.patience, ended, () => 'aborted while it waits')
  }),

  promise('§4 a slow consumer loses nothing and holds up no writer and no other follower', async ({ port }, terms) => {
    const context = area()
    const prefixes = [`${context}.`]
    const batches = Array.from({ length: 30 }, () => events(20))
    const last = event()
    const slow = pagesUntil(port, { from: START, prefixes }, given(last.id), terms, () => pause(20))
    slow.catch(() => {})
    const quick = pagesUntil(port, { from: START, prefixes }, given(last.id), terms)
    quick.catch(() => {})
    for (const batch of batches) await port.append(streamIn(context), batch, 'none')
    await port.append(streamIn(context), [last], 'none')
    const ids = [...idsOf(batches.flat()), last.id]
    same(idsOf(eventsOf(await quick)), ids, 'ids of the quick follower')
    same(idsOf(eventsOf(await slow)), ids, 'ids of the slow follower')
  }),

  promise('§4 the buffer is bounded: no page holds the whole of a large store', async ({ port }, terms) => {
    const context = area()
    for (let n = 0; n < 10; n += 1) await port.append(streamIn(context), events(1000), 'none')
    const pages = await pagesUntil(port, { from: START, prefixes: [`${context}.`] }, caughtUp, terms)
    same(eventsOf(pages).length, 10_000, 'events')
    const largest = Math.max(...pages.map((page) => page.events.length))
    holds(largest <= 5000, `a page holds ${largest} events`)
  }),
]
