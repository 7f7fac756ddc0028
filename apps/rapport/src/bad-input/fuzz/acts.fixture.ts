import type { Body, Desk, Recipe, Thing, Valid } from './desk.fixture.ts'

export const at = (route: string, id: string): string => `/api/communication/${route.replace('{id}', id)}`
export const path = (route: string): string => `/api/communication/${route}`
export type Who = Awaited<ReturnType<Desk['project']>>
interface How {
  readonly as?: 'pm' | 'client'
  readonly other?: (desk: Desk, who: Who, thing: Thing) => Body
  /** The pool where it is from then on. */
  readonly then?: string | undefined
}

/** Creates something in the project. */
export const create =
  (route: string, { other, then }: How): Recipe =>
  async (desk) => {
    const who = await desk.project()
    return {
      path: path(route),
      as: await desk.as('pm'),
      body: desk.body(path(route), { engagement: who.id, ...other?.(desk, who, { id: '' }) }),
      done: (answer) => then !== undefined && desk.put(then, { id: answer['id'] as string }),
    }
  }
/** Acts on one of a pool; `once`: it is in that pool no longer. */
export const act =
  (
    route: string,
    pool: string,
    by: string,
    { as = 'pm', other, then, once = false }: How & { once?: boolean } = {},
  ): Recipe =>
  async (desk): Promise<Valid> => {
    const who = await desk.project()
    const thing = await (once ? desk.take(pool, path(by)) : desk.have(pool, path(by)))
    return {
      path: at(route, thing.id),
      as: as === 'pm' ? await desk.as('pm') : who.theirs.token,
      body: desk.body(path(route), other?.(desk, who, thing)),
      done: () => then !== undefined && desk.put(then, thing),
      ...(once && { back: () => desk.put(pool, thing) }),
    }
  }

export const myself = (_: Desk, { theirs }: Who): Body => ({ stakeholder: theirs.id })
export const both = (_: Desk, { ours, theirs }: Who): Body => ({ attendees: [ours, theirs.id] })
export const noCadence = { cadence: undefined, slot: undefined }
