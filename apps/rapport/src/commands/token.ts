import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { uuidLike } from '@rapport/events'
import { namesServers, serversVariables, sharedTokenKey } from '@rapport/house'
import { localTokens, readConfig, tokenKey, type TokenRole } from '@rapport/service'
import { Ended } from '../exit-codes.ts'
import { print, printJson } from '../output.ts'
import { keyFile } from '../server.ts'

interface Options {
  readonly data: string
  readonly tenant: string
  readonly json?: boolean
  readonly role: TokenRole
  readonly subject?: string
  readonly stakeholder?: string
  readonly hours: string
}

/** `rapport token`: the token alone on standard output. */
export async function token({ data, tenant, json, role, subject, stakeholder, hours }: Options): Promise<void> {
  const onServers = namesServers(process.env)
  const file = onServers ? readConfig(serversVariables, process.env).TOKEN_KEY_FILE : keyFile(resolve(data))
  if (!onServers && !existsSync(file))
    throw new Ended('not-found', `There is no data folder at ${data} yet: rapport start makes one.`, 'folder-missing')
  if (stakeholder !== undefined && role !== 'client') throw new Ended('usage', '--stakeholder goes with --role client.')
  if (stakeholder === undefined && role === 'client')
    throw new Ended(
      'usage',
      '--role client goes with --stakeholder: a client is one of an engagement, or reads nothing.',
    )
  if (stakeholder !== undefined && !uuidLike(stakeholder))
    throw new Ended('usage', '--stakeholder takes the id of a stakeholder.')
  if (!/^[1-9]\d{0,3}$/.test(hours)) throw new Ended('usage', '--hours takes a whole number from 1 to 9999.')
  const minted = await localTokens(onServers ? sharedTokenKey(file) : tokenKey(file)).mint({
    tenant,
    role,
    subject: subject ?? `local-${role}`,
    lifeHours: Number(hours),
    ...(stakeholder !== undefined && { stakeholder: stakeholder.toLowerCase() }),
  })
  await (json === true ? printJson({ token: minted }) : print(minted))
}
