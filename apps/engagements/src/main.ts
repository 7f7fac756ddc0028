import { readFileSync } from 'node:fs'
import engagements from '@rapport/engagements'
import { contextRoles, runService } from '@rapport/house'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

await runService({ name: 'engagements', version, contexts: [engagements], roles: contextRoles })
