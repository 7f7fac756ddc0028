import {
  createViews,
  derivationView,
  measuresView,
  type AnyDecision,
  type Context,
  type View,
  type ViewsDeps,
} from '@rapport/events'
import { collectionPath, commandRoutes, type Operation } from '@rapport/service'
import { contexts, registry } from '../house.ts'
import { appModule } from './app.ts'
import { fieldsOf } from '../fields.ts'
import { code, json, page, paragraphs, table } from '../markdown.ts'

const intro = `The same is in the OpenAPI document at \`/docs\` and \`/docs-json\`. Every request carries \`Authorization: Bearer <token>\`; the tenant comes from it and from nowhere else.

**A command** is a \`POST\` of a JSON object: the fields below and, where it did not happen just now, \`occurredAt\`, an instant with an offset or \`{"date": "2026-03-02", "zone": "Europe/Berlin"}\`.
It answers \`id\`, \`revision\`, \`position\` and \`events\` (how many it recorded), with \`Location\` and \`ETag\`.

| Header | With | Meaning |
| --- | --- | --- |
| \`Idempotency-Key\` | commands | the command's name, 1 to 200 printable ASCII characters: sent again by the same caller to the same place it is recorded once, and the first answer comes back; where none came the server makes one and returns it |
| \`If-Match\` | commands | acts only at this revision, otherwise 412 |
| \`wait-for\` | views | a position that a command answered: the view answers from there on, or 503 after 2 s |

**A view** is a \`GET\`; every one takes a past moment. Every error is in [errors.md](errors.md), every event in [events.md](events.md).`

export async function http(path: string): Promise<string> {
  // Only names, words and parameters are read: nothing is asked.
  const deps = { registry } as unknown as ViewsDeps
  const views = [...createViews(deps), measuresView(deps, {} as never), derivationView(deps, {} as never, {} as never)]
  const app = await appModule<{ operations(...given: readonly unknown[]): readonly Operation[] }>('src/operations.ts')
  return page(
    path,
    'HTTP',
    paragraphs(
      intro,
      '## Commands',
      ...contexts.map(commands),
      '## Views',
      ...views.map(view),
      '## Operations',
      'What the command line asks of a running process beside commands and views; each is a `POST` of a JSON object.',
      ...(app?.operations({ does: () => true }, {}, () => undefined) ?? []).map(operation),
    ),
  )
}

function operation({ name, summary, roles, body }: Operation): string {
  const fields = fieldsOf(body)
  return paragraphs(
    `### POST /api/operations/${name}`,
    `${summary} For ${roles.join(', ')}.`,
    fields.length > 0 &&
      table(
        ['Field', 'Value', 'Required'],
        fields.map((f) => [code(f.name), f.type, f.required ? 'yes' : 'no']),
      ),
  )
}

const routes = new Map(commandRoutes(registry).map((route) => [route.decision, route.path]))

const commands = (context: Context): string =>
  paragraphs(
    `### ${context.name}`,
    ...context.streams.flatMap(({ decisions }) => decisions.map((decision) => command(decision))),
  )

function command(decision: AnyDecision): string {
  const fields = fieldsOf(decision.command)
  const rules = decision.rules.map((rule) => `[${rule}](rules.md)`).join(', ')
  return paragraphs(
    `#### POST ${routes.get(decision) ?? collectionPath(decision.stream)}`,
    `${decision.summary} For ${decision.roles.join(', ')}.${rules === '' ? '' : ` Rules: ${rules}.`}`,
    fields.length === 0
      ? 'It has no fields: the body is `{}`.'
      : table(
          ['Field', 'Value', 'Required', 'Personal'],
          fields.map(({ name, type, required, subject }) => [code(name), type, required ? 'yes' : 'no', subject ?? '']),
        ),
    decision.codes.length > 0 && `Refused with ${decision.codes.map(code).join(', ')}.`,
    json(decision.example),
  )
}

function view({ name, summary, parameters, at }: View): string {
  const paths = at.map((where) => `GET /api/views/${name}${where === 'one' ? '/{id}' : ''}`)
  const model = registry.models.find((m) => m.name === name)
  const owner = model && contexts.find(({ readModels }) => readModels.includes(model))
  const audience = model?.audience.map((a) => (a === 'internal' ? 'our side' : 'the client')).join(' and ')
  return paragraphs(
    `### ${name}`,
    `${paths.map(code).join(' and ')}: ${summary}`,
    model && `A read model of ${owner!.name}, version ${model.version}, for ${audience}.`,
    table(
      ['Parameter', 'Required', 'Meaning'],
      fieldsOf(parameters).map((f) => [code(f.name), f.required ? 'yes' : 'no', f.description ?? f.type]),
    ),
  )
}
