import { readFileSync } from 'node:fs'
import { projectionRoles, runService } from '@rapport/house'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

await runService({ name: 'projection', version, contexts: [], roles: projectionRoles })
