import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { kafkaAccess, kafkaVariables, serversVariables } from '@rapport/house'
import { ensureTopics, readTopics, type TopicsDefinition } from '@rapport/kafka'
import { readConfig } from '@rapport/service'
import { parse, YAMLError } from 'yaml'
import { Ended } from '../exit-codes.ts'
import { print, printJson } from '../output.ts'

interface Options {
  readonly environment: string
  readonly fix?: boolean
  readonly file?: string
  readonly json?: boolean
}

/** `rapport topics`: the job that makes the topics; ends with 1 where one stands otherwise than defined. */
export async function topics({ environment, fix = false, file, json }: Options): Promise<void> {
  const { DEPLOYMENT } = serversVariables
  const config = readConfig({ ...kafkaVariables, DEPLOYMENT }, process.env)
  const definition = definitionIn(file ?? definitionFile())
  const report = await ensureTopics({
    ...kafkaAccess(config),
    clientId: 'rapport-topics',
    prefix: config.DEPLOYMENT,
    definition,
    environment,
    fix,
  })
  const { created, unchanged, drifted, warnings } = report
  if (json === true) await printJson(report)
  else {
    for (const topic of created) await print(`made      ${topic}`)
    for (const { topic, setting, is, wanted } of drifted)
      await print(`${fix ? 'mended    ' : 'drifted   '}${topic}: ${setting} ${fix ? 'was' : 'is'} ${is}, not ${wanted}`)
    for (const warning of warnings) await print(`Warning: ${warning}`)
    await print(
      `${created.length} made, ${unchanged.length} unchanged, ${new Set(drifted.map((d) => d.topic)).size} drifted.`,
    )
  }
  if (drifted.length > 0 && !fix)
    throw new Ended('failed', 'Topics stand otherwise than defined; --fix sets them as defined.', 'topics-drifted')
}

/** infra/kafka/topics.yaml of the installation that this file belongs to, whether it runs from sources or as it was built. */
function definitionFile(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'infra/kafka/topics.yaml')
    if (existsSync(path)) return path
    if (folder === dirname(folder))
      throw new Ended(
        'not-found',
        'This installation has no infra/kafka/topics.yaml; --file names one.',
        'file-missing',
      )
  }
}

function definitionIn(file: string): TopicsDefinition {
  const text = readFileSync(file, 'utf8')
  try {
    return readTopics(parse(text))
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error
    throw new Ended('usage', `${file} is no YAML: ${error.message}`, 'invalid-topics')
  }
}
