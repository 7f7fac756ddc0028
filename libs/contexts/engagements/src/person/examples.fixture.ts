import { personErased, personErasureRequested, personMerged, personRegistered } from './events.ts'
import { anId } from '@rapport/testing'

export const anna = { name: 'Anna Berg', mail: 'anna.berg@riverside.example' }
export const registered = personRegistered(anna)
/** Another person that the specs merge into. */
export const other = anId(20)
export const merged = [registered, personMerged({ into: other })]
export const requested = [registered, personErasureRequested({ basis: 'consent-withdrawn' })]
export const erased = [...requested, personErased({ basis: 'consent-withdrawn' })]
