import type { AnyReadModel } from '@rapport/events'
import { clients } from './clients.ts'
import { engagements } from './engagements.ts'
import { imports } from './imports.ts'
import { persons } from './persons.ts'
import { stakeholders } from './stakeholders.ts'

export const readModels: readonly AnyReadModel[] = [clients, engagements, imports, persons, stakeholders]
