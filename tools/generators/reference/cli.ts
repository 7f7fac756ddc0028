import { appModule } from './app.ts'
import { code, page, paragraphs, table } from '../markdown.ts'

// The parts of commander's objects that a page needs.
interface Option {
  readonly flags: string
  readonly description: string
  readonly defaultValue?: unknown
  readonly argChoices?: readonly string[]
  readonly envVar?: string
  readonly mandatory: boolean
  readonly hidden: boolean
}
interface Argument {
  readonly description: string
  readonly required: boolean
  name(): string
}
interface Command {
  readonly commands: readonly Command[]
  readonly options: readonly Option[]
  readonly registeredArguments: readonly Argument[]
  name(): string
  usage(): string
  description(): string
  summary(): string
}

const intro = `\`npx rapport <command>\` from the root after \`npm ci\`; \`rapport help <command>\` says the same as this page.`

/** Undefined as long as the app has no program. */
export async function cli(path: string): Promise<string | undefined> {
  const app = await appModule<{ readonly program: () => Command }>('src/program.ts')
  if (app === undefined) return undefined
  const program = app.program()
  const body = paragraphs(
    intro,
    program.description(),
    options(program, 'Options of every command'),
    '## Commands',
    ...below(program, 'rapport'),
    await exitCodes(),
  )
  return page(path, 'Command line', body)
}

const below = (command: Command, path: string): readonly string[] =>
  command.commands
    .filter((sub) => sub.name() !== 'help')
    .flatMap((sub) => [one(sub, `${path} ${sub.name()}`), ...below(sub, `${path} ${sub.name()}`)])

const one = (command: Command, path: string): string =>
  paragraphs(
    `### ${path}`,
    code(`${path} ${command.usage()}`),
    sentence(command.description() || command.summary()),
    table(
      ['Argument', 'Required', 'Meaning'],
      command.registeredArguments.map((a) => [code(a.name()), a.required ? 'yes' : 'no', sentence(a.description)]),
    ),
    options(command),
  )

function options(command: Command, title?: string): string {
  const shown = command.options.filter(({ hidden }) => !hidden)
  const rows = shown.map(({ flags, description, defaultValue, argChoices, envVar, mandatory }) => [
    code(flags),
    sentence(description) +
      (argChoices === undefined ? '' : ` One of ${argChoices.map(code).join(', ')}.`) +
      (envVar === undefined ? '' : ` Otherwise from the environment: ${code(envVar)}.`),
    mandatory ? 'it must be given' : defaultValue === undefined ? '' : code(String(defaultValue)),
  ])
  return paragraphs(
    rows.length > 0 && title !== undefined && `## ${title}`,
    table(['Option', 'Meaning', 'Default'], rows),
  )
}

const sentence = (text: string): string =>
  text === '' ? '' : `${text[0]!.toUpperCase()}${text.slice(1)}${/[.)]$/.test(text) ? '' : '.'}`

/** Each exit code is a number, or a number with its words. */
async function exitCodes(): Promise<string | undefined> {
  const module = await appModule<Record<string, unknown>>('src/exit-codes.ts')
  const lists = Object.values(module ?? {}).filter((value) => typeof value === 'object' && value !== null)
  const rows = lists.flatMap((list) =>
    Object.entries(list as Record<string, unknown>).flatMap(([name, value]) => {
      if (typeof value === 'number') return [[code(String(value)), name]]
      const { code: number, words } = (value ?? {}) as { code?: unknown; words?: unknown }
      return typeof number === 'number' ? [[code(String(number)), typeof words === 'string' ? words : name]] : []
    }),
  )
  return rows.length === 0 ? undefined : paragraphs('## Exit codes', table(['Code', 'Meaning'], rows))
}
