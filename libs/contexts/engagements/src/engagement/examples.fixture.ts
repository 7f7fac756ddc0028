import { anId } from '@rapport/testing'

export const portal = {
  client: anId(30),
  name: 'Citizen portal',
  manager: anId(31),
  start: '2026-03-02',
  zone: 'Europe/Berlin',
}
