import { commandCodes, platformErrors, viewCodes } from '@rapport/service'
import type { Context } from '@rapport/events'
import { fileCodes, rowCodes } from '@rapport/import'
import { contexts } from '../house.ts'
import { appModule } from './app.ts'
import { code, page, paragraphs, table } from '../markdown.ts'

const intro = `Every error leaves as \`application/problem+json\` (RFC 9457): \`type\` is \`urn:rapport:error:<code>\`, and \`code\` is stable, so programs look at it and nothing else.
\`errors\` names each faulty field or parameter, \`details\` holds what a refusal adds. The command line prints the same codes, and an import writes them beside each rejected row.`

interface Listed {
  readonly status: number
  readonly words: string
  readonly retryAfter?: number
}

export async function errors(path: string): Promise<string> {
  const platform = Object.entries<Listed>(platformErrors).map(([name, { status, words, retryAfter }]) => [
    code(name),
    String(status),
    words,
    [
      (commandCodes as readonly string[]).includes(name) && 'commands',
      (viewCodes as readonly string[]).includes(name) && 'views',
    ]
      .filter(Boolean)
      .join(', '),
    retryAfter === undefined ? '' : `${retryAfter} s`,
  ])
  const body = paragraphs(
    intro,
    '## Of the platform',
    table(['Code', 'Status', 'Meaning', 'Answers to', 'Retry-After'], platform),
    '## Of the decisions',
    'A decision refuses with a code of its own list: status 409, and nothing was recorded.',
    ...contexts.map(ofContext),
    '## Of an import',
    'For a row, beside the codes of the decision that it goes through:',
    ofList(rowCodes),
    'For a file or its mapping:',
    ofList(fileCodes),
    ...(await ofCommandLine()),
  )
  return page(path, 'Errors', body)
}

const ofContext = (context: Context): string =>
  paragraphs(
    `### ${context.name}`,
    table(
      ['Stream', 'Decision', 'Code', 'Meaning'],
      context.streams.flatMap(({ stream, decisions }) =>
        decisions.flatMap((decision) =>
          Object.entries(decision.errors).map(([name, words]) => [
            stream.name.slice(context.name.length + 1),
            decision.name,
            code(name),
            words,
          ]),
        ),
      ),
    ),
  )

const ofList = (codes: Readonly<Record<string, string>>): string =>
  table(
    ['Code', 'Meaning'],
    Object.entries(codes).map(([name, words]) => [code(name), words]),
  )

/** The lists that the command line keeps of its own codes. */
export async function codesOfCommandLine(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  return (await appModule<Record<string, Record<string, string>>>('src/codes.ts')) ?? {}
}

async function ofCommandLine(): Promise<readonly string[]> {
  const { commandLineCodes, folderCodes, serverCodes, moveCodes, findingCodes } = await codesOfCommandLine()
  return [
    '## Of the command line',
    'With `--json` it prints them as `error`; [cli.md](cli.md) has the exit codes.',
    ofList(commandLineCodes ?? {}),
    '### Of a data folder',
    ofList(folderCodes ?? {}),
    '### Of the servers',
    ofList(serverCodes ?? {}),
    '### Of a move',
    ofList(moveCodes ?? {}),
    '### What doctor finds',
    ofList(findingCodes ?? {}),
  ]
}
