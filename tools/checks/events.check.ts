// Every event can be told in both languages, and no sentence shows a type, an id or a stamp.
import type { Shape } from '@rapport/events'
import { contexts, registry } from '../generators/house.ts'
import { sentenceProblems } from './sentences.ts'

const problems: string[] = []
const events = registry.streams.flatMap(({ stream }) => [...stream.events.values()].map((event) => ({ stream, event })))
const types = events.map(({ event }) => event.type)
for (const { stream, event } of events) {
  const say = (text: string): void => void problems.push(`${stream.name} ${event.type} ${text}`)
  sentenceProblems(event, types).forEach(say)
  for (const field of event.show) if (!(field in (event.shape as Shape))) say(`has no field ${field} to show`)
  for (let version = 1; version < event.version; version++)
    if (event.upcasts[version] === undefined) say(`has no step from version ${version}`)
  if (event.contract !== undefined && event.contract.stream !== stream.name)
    say(`is published as one of ${event.contract.stream}`)
}
for (const { name, streams } of contexts)
  for (const { stream } of streams)
    if (!stream.name.startsWith(`${name}.`)) problems.push(`${stream.name} is served by the context ${name}`)

for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
