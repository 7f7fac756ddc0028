import { readFileSync } from 'node:fs'
import communication from '@rapport/communication'
import { contextRoles, runService } from '@rapport/house'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

await runService({
  name: 'communication',
  version,
  contexts: [communication],
  roles: contextRoles,
})
