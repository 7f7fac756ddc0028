import type { Body, Desk, Recipe, Thing } from './desk.fixture.ts'

const CLIENTS = '/api/engagements/clients'
const PERSONS = '/api/engagements/persons'
const PROJECTS = '/api/engagements/engagements'
const STAKEHOLDERS = '/api/engagements/stakeholders'
const IMPORTS = '/api/engagements/imports'
const rights = ['accept-deliverables', 'approve-changes', 'sign-minutes'] as const

const idOf = (answer: Readonly<Record<string, unknown>>): string => answer['id'] as string
const at = (route: string, { id }: { readonly id: string }): string => route.replace('{id}', id)
/** Creates with a body of the schema, and keeps what was made. */
const create =
  (route: string, pool: string, other: (desk: Desk) => Body = () => ({})): Recipe =>
  async (desk) => {
    const fields = other(desk)
    return {
      path: route,
      as: await desk.as('pm'),
      body: desk.body(route, fields),
      done: (answer) => desk.put(pool, { id: idOf(answer) }),
    }
  }
/** Acts on one of a pool that goes on standing there. */
const act =
  (route: string, pool: string, by: string, other: (desk: Desk) => Body = () => ({})): Recipe =>
  async (desk) => {
    const thing = await desk.have(pool, by)
    return { path: at(route, thing), as: await desk.as('pm'), body: desk.body(route, other(desk)) }
  }
/** Acts on one of a pool that can do so once. */
const once =
  (
    route: string,
    pool: string,
    by: string,
    {
      as = 'pm',
      other = () => ({}),
      then,
    }: { as?: 'pm' | 'admin'; other?: (desk: Desk, thing: Thing) => Body; then?: string } = {},
  ): Recipe =>
  async (desk) => {
    const thing = await desk.take(pool, by)
    return {
      path: at(route, thing),
      as: await desk.as(as),
      body: desk.body(route, other(desk, thing)),
      done: () => then !== undefined && desk.put(then, thing),
      back: () => desk.put(pool, thing),
    }
  }

export const engagementRecipes: Readonly<Record<string, Recipe>> = {
  [CLIENTS]: create(CLIENTS, 'client'),
  [`${CLIENTS}/{id}/rename`]: act(`${CLIENTS}/{id}/rename`, 'client', CLIENTS, (desk) => ({
    name: desk.unique('Council'),
  })),
  [`${CLIENTS}/{id}/retire`]: once(`${CLIENTS}/{id}/retire`, 'client', CLIENTS, { as: 'admin' }),
  [PERSONS]: create(PERSONS, 'person', (desk) => ({
    mail: desk.chance(0.5) ? `p${desk.count}@riverside.example` : undefined,
  })),
  [`${PERSONS}/{id}/correct`]: act(`${PERSONS}/{id}/correct`, 'person', PERSONS, (desk) => ({
    name: desk.unique('Berg'),
  })),
  async [`${PERSONS}/{id}/merge`](desk) {
    const one = await desk.take('person', PERSONS)
    const into = await desk.have('person', PERSONS)
    return {
      path: `${PERSONS}/${one.id}/merge`,
      as: await desk.as('pm'),
      body: { into: into.id },
      back: () => desk.put('person', one),
    }
  },
  [`${PERSONS}/{id}/request-erasure`]: once(`${PERSONS}/{id}/request-erasure`, 'person', PERSONS, {
    as: 'admin',
    then: 'person.requested',
  }),
  async [`${PERSONS}/{id}/erase`](desk) {
    const one = await desk.take('person.requested', `${PERSONS}/{id}/request-erasure`)
    return {
      path: `${PERSONS}/${one.id}/erase`,
      as: await desk.as('admin', 'another admin'),
      body: {},
      back: () => desk.put('person.requested', one),
    }
  },
  async [PROJECTS](desk) {
    const client = (await desk.have('client', CLIENTS)).id
    // Whoever manages it is not merged or erased by another request.
    const { id: manager } = await desk.take('person', PERSONS)
    return {
      path: PROJECTS,
      as: await desk.as('pm'),
      body: desk.body(PROJECTS, { client, manager }),
      done: (answer) => desk.put('project', { id: idOf(answer), client, manager }),
      back: () => desk.put('person', { id: manager }),
    }
  },
  [`${PROJECTS}/{id}/close`]: once(`${PROJECTS}/{id}/close`, 'project', PROJECTS),
  async [STAKEHOLDERS](desk) {
    const { id: engagement, manager: person } = await desk.project()
    const body = desk.body(STAKEHOLDERS, { engagement, person })
    const side = body['side']
    return {
      path: STAKEHOLDERS,
      as: await desk.as('pm'),
      body: { ...body, rights: [] },
      done: (answer) => side === 'client' && desk.put('stakeholder', { id: idOf(answer) }),
    }
  },
  async [`${STAKEHOLDERS}/{id}/grant-right`](desk) {
    await desk.project()
    const one = await desk.take('stakeholder', STAKEHOLDERS)
    const right = desk.pick(rights)
    return {
      path: `${STAKEHOLDERS}/${one.id}/grant-right`,
      as: await desk.as('pm'),
      body: { right },
      done: () => desk.put('holding', { ...one, right }),
      back: () => desk.put('stakeholder', one),
    }
  },
  [`${STAKEHOLDERS}/{id}/revoke-right`]: async (desk) => {
    await desk.project()
    return once(`${STAKEHOLDERS}/{id}/revoke-right`, 'holding', `${STAKEHOLDERS}/{id}/grant-right`, {
      other: (_, { right }) => ({ right }),
      then: 'stakeholder',
    })(desk)
  },
  [`${STAKEHOLDERS}/{id}/remove`]: async (desk) => {
    await desk.project()
    return once(`${STAKEHOLDERS}/{id}/remove`, 'stakeholder', STAKEHOLDERS)(desk)
  },
  async '/api/engagements/tenant-settings/set'(desk) {
    const path = '/api/engagements/tenant-settings/set'
    let lateAfterDays: number
    do lateAfterDays = 1 + (desk.count % 365)
    while (lateAfterDays === desk.lateAfterDays)
    return {
      path,
      as: await desk.as('admin'),
      body: desk.body(path, { lateAfterDays }),
      taken: (body) => void (desk.lateAfterDays = body['lateAfterDays'] ?? desk.lateAfterDays),
    }
  },
  [IMPORTS]: create(IMPORTS, 'import', (desk) => ({ source: desk.unique('source') })),
  async [`${IMPORTS}/{id}/add-engagement`](desk) {
    const { id: engagement } = await desk.project()
    const { id } = await desk.have('import', IMPORTS)
    return { path: `${IMPORTS}/${id}/add-engagement`, as: await desk.as('pm'), body: { engagement } }
  },
  [`${IMPORTS}/{id}/complete`]: once(`${IMPORTS}/{id}/complete`, 'import', IMPORTS, {
    other(desk) {
      const [recorded, unchanged, rejected] = [desk.count, desk.count % 7, desk.count % 3] as const
      return { rows: recorded + unchanged + rejected, recorded, unchanged, rejected }
    },
  }),
  [`${IMPORTS}/{id}/abandon`]: once(`${IMPORTS}/{id}/abandon`, 'import', IMPORTS),
}
