import type { AnyEvent, AnyStream, Context, Shape } from '@rapport/events'
import { contexts } from '../house.ts'
import { fieldsOf } from '../fields.ts'
import { code, page, paragraphs, table } from '../markdown.ts'
import { fileOf } from '../messages/schemas.ts'
import { wordings } from '../samples.ts'

const intro = `Every event type, by context and stream. An event is stored for ever; its name and version are promises.

- **Visible** says who may see it: *internal* is our side, *client* is both; *the command chooses* leaves it to each event.
- **Published** is its public face, for other contexts and for analysts, with the schema of its message; another context never sees anything else. [Consume the topics](../how-to/consume-the-topics.md) explains it to analysts.
- A field with a **subject** is personal: it is stored encrypted under that subject's key, and reads as erased once the key is destroyed.
- The **sentence** is how a timeline tells it; \`{field}\` stands for a field of the event and \`{self}\` for the name of its stream.`

export async function events(path: string): Promise<string> {
  return page(path, 'Events', paragraphs(intro, ...contexts.map(ofContext)))
}

const ofContext = (context: Context): string =>
  paragraphs(`## ${context.name}`, ...context.streams.map(({ stream }) => ofStream(stream)))

function ofStream(stream: AnyStream): string {
  const belongs = { tenant: 'the tenant', client: 'a client', engagement: 'an engagement' }[stream.scope.level]
  return paragraphs(
    `### ${stream.name}`,
    `Belongs to ${belongs}${stream.singleton ? '; one a tenant' : ''}.`,
    ...[...stream.events.values()].map(ofEvent),
  )
}

function ofEvent(event: AnyEvent): string {
  const fields = fieldsOf(event.shape as Shape)
  const personal = fields.some(({ subject }) => subject !== undefined)
  const visible = event.visibility === 'command' ? 'the command chooses' : event.visibility
  const published =
    event.contract === undefined
      ? 'not under this name'
      : `[${code(`${event.contract.stream}.${event.contract.type}`)}, version ${event.contract.version}](schemas/${fileOf(event.contract)})`
  const upcasts = Object.keys(event.upcasts)
  return paragraphs(
    `#### ${event.type}`,
    [
      `- Version ${event.version}${upcasts.length > 0 ? `; versions ${upcasts.join(', ')} are still read` : ''}`,
      `- Visible: ${visible}`,
      `- Published: ${published}`,
      ...(event.destroysKey ? ["- Destroys the key of its stream's subject"] : []),
      ...(event.show.length > 0 ? [`- Texts below the sentence: ${event.show.map(code).join(', ')}`] : []),
    ].join('\n'),
    table(
      ['English', 'Chinese'],
      wordings(event).map(({ en, zh }) => [en, zh]),
    ),
    fields.length === 0
      ? 'It has no fields.'
      : table(
          ['Field', 'Value', 'Required', ...(personal ? ['Subject'] : [])],
          fields.map((f) => [code(f.name), f.type, f.required ? 'yes' : 'no', ...(personal ? [f.subject ?? ''] : [])]),
        ),
  )
}
