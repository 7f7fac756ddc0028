import { Command, InvalidArgumentError, Option } from 'commander'
import { Ended, exitCodes } from './exit-codes.ts'
import { version } from './version.ts'

const port = (text: string): number => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return Number(text)
}
const days = (text: string): number => {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('Days are a number from 0 to 999.')
  return Number(text)
}
const tenant = (text: string): string => {
  if (!/^[a-z0-9]{3,32}$/.test(text))
    throw new InvalidArgumentError('A tenant is 3 to 32 lower-case letters and digits.')
  return text
}

const folder = (text: string): string => {
  if (text.trim() === '') throw new InvalidArgumentError('A folder has a name; . is the one you are in.')
  return text
}

const onFolder = (command: Command): Command =>
  command
    .addOption(new Option('--data <dir>', 'the data folder').default('./rapport-data').argParser(folder))
    .addOption(new Option('--json', 'print JSON, one value a line'))
const onTenant = (command: Command): Command =>
  onFolder(command).addOption(new Option('--tenant <name>', 'the tenant').default('main').argParser(tenant))
const onServer = (command: Command): Command =>
  onTenant(command)
    .addOption(new Option('--url <url>', 'a running server instead of the data folder'))
    .addOption(new Option('--token <token>', 'the access token for --url').env('RAPPORT_TOKEN'))

const onPast = (command: Command): Command =>
  command
    .option('--as-of <moment>', 'a past moment: an instant, or a date of the engagement’s zone')
    .addOption(
      new Option('--clock <clock>', 'what was known then, or what was true then').choices(['recorded', 'occurred']),
    )

/** The whole command line. A command's code is loaded when it runs, so that help, mistakes and --url answer at once. */
export function program(): Command {
  const rapport = new Command('rapport')
    .description('The system of record for the relationship between a project team and its client.')
    .version(version)
    .showHelpAfterError('(rapport help COMMAND says more)')
    .addHelpText(
      'after',
      () =>
        `\nExit codes:\n${Object.values(exitCodes)
          .map(({ code, words }) => `  ${String(code).padStart(3)}  ${words}`)
          .join('\n')}`,
    )

  onFolder(rapport.command('start'))
    .description(
      'run everything in one process, on a data folder or on the servers that the environment names; only this machine can connect unless HOST says otherwise',
    )
    .addOption(
      new Option('--port <n>', 'the port to listen at; 0 takes a free one (default: 4680, or PORT)').argParser(port),
    )
    .option('--no-demo', 'make no demo tenant, which an empty data folder gets otherwise')
    .action(async (options) => (await import('./commands/start.ts')).start(options))
  onTenant(rapport.command('token'))
    .description('print an access token for this data folder, or for the servers that the environment names')
    .addOption(
      new Option('--role <role>', 'what it may do').choices(['pm', 'auditor', 'client', 'admin']).makeOptionMandatory(),
    )
    .option('--subject <s>', 'whom it speaks for; the same subject is the same actor (default: one for each role)')
    .option('--stakeholder <id>', 'the stakeholder that a client’s token speaks for')
    .addOption(new Option('--hours <n>', 'how long it lives').default('8'))
    .action(async (options) => (await import('./commands/token.ts')).token(options))
  onServer(rapport.command('list'))
    .description('list engagements or persons')
    .argument('<what>', 'engagements or persons')
    .action(async (what, options) => (await import('./commands/list.ts')).list(what, options))
  onPast(onServer(rapport.command('due')))
    .description('print what is due within some days and what is late, in one engagement or in all that are open')
    .argument('[engagement]', 'its id, its exact name, or what its source calls it')
    .addOption(new Option('--days <n>', 'how many days ahead').default(7).argParser(days))
    .action(async (engagement, options) => (await import('./commands/due.ts')).due(engagement, options))
  onPast(onServer(rapport.command('silence')))
    .description('print how long nobody has spoken with the client, in one engagement or in all that are open')
    .argument('[engagement]', 'its id, its exact name, or what its source calls it')
    .action(async (engagement, options) => (await import('./commands/silence.ts')).silence(engagement, options))
  onPast(onServer(rapport.command('timeline')))
    .description('print what happened in an engagement, as sentences grouped by day')
    .argument('<engagement>', 'its id, its exact name, or what its source calls it')
    .addOption(new Option('--lang <language>', 'language of the sentences').choices(['en', 'zh-CN']).default('en'))
    .action(async (engagement, options) => (await import('./commands/timeline.ts')).timeline(engagement, options))
  onServer(rapport.command('events'))
    .description('print every stored event as it is stored, personal fields sealed')
    .option('--stream <prefix>', 'only streams whose name begins so')
    .action(async (options) => (await import('./commands/events.ts')).events(options))
  onServer(rapport.command('import'))
    .description(
      'import the rows of a file as facts, each through the decision that a person’s command would go through',
    )
    .argument('<context>', 'the context whose facts they are, for example communication')
    .argument('<file>', 'CSV or JSON lines, also .gz and .xz')
    .requiredOption('--mapping <file>', 'what the columns mean (docs/how-to/import-a-spreadsheet.md)')
    .option('--dry-run', 'say what would happen and record nothing')
    .option('--rejected <file>', 'where rejected rows go (default: FILE.rejected.csv or .jsonl)')
    .action(async (context, file, options) =>
      (await import('./commands/import.ts')).importCommand(context, file, options),
    )
  const dlq = rapport.command('dlq').description('look after messages that a reaction could not handle')
  onServer(dlq.command('list'))
    .description('list dead letters in the order in which they wait, each with its reason')
    .action(async (options) => (await import('./commands/dlq.ts')).dlqList(options))
  onServer(dlq.command('retry'))
    .description('handle dead letters again, in order, until one of a key fails again')
    .argument('[reaction]', 'only those of this reaction')
    .argument('[key]', 'and of this key')
    .action(async (reaction, key, options) => (await import('./commands/dlq.ts')).dlqRetry(reaction, key, options))
  onServer(dlq.command('drop'))
    .description('give up the first dead letter of a key; what waits behind it can be retried')
    .argument('<reaction>', 'the reaction')
    .argument('<key>', 'the key')
    .requiredOption('--reason <text>', 'why; it is kept')
    .action(async (reaction, key, options) => (await import('./commands/dlq.ts')).dlqDrop(reaction, key, options))
  onServer(dlq.command('refused'))
    .description('list what reactions asked for and a decision refused: nothing waits for it')
    .action(async (options) => (await import('./commands/dlq.ts')).dlqRefused(options))
  rapport
    .command('topics')
    .description(
      'make the topics that are missing, and say which stand otherwise than defined; may run any number of times',
    )
    .addOption(
      new Option('--environment <name>', 'how often each partition is kept: once, or on three brokers')
        .choices(['single', 'cluster'])
        .default('single'),
    )
    .option('--fix', 'set what has drifted as it is defined; partitions are never changed')
    .option('--file <file>', 'the definition (default: infra/kafka/topics.yaml of this installation)')
    .option('--json', 'print JSON, one value a line')
    .action(async (options) => (await import('./commands/topics.ts')).topics(options))
  const relay = rapport.command('relay').description('look after what tells events to the broker, on the servers only')
  onFolder(relay.command('list'))
    .description('list how far the events of each context are told')
    .action(async (options) => (await import('./commands/relay.ts')).relayList(options))
  onFolder(relay.command('resend'))
    .description('tell every event of a context once more from the beginning, with the ids that they had')
    .argument('<context>', 'the context')
    .action(async (context, options) => (await import('./commands/relay.ts')).relayResend(context, options))
  onFolder(rapport.command('rebuild'))
    .description('build a read model, or all, anew beside the running one')
    .argument('[model]', 'its name')
    .action(async (model, options) => (await import('./commands/rebuild.ts')).rebuild(model, options))
  onFolder(rapport.command('backup'))
    .description('copy events and keys, each into a folder of its own, also while it runs')
    .argument('<dir>', 'new folder for the events')
    .requiredOption('--keys <dir>', 'new folder for the keys: without them nothing personal can be opened')
    .action(async (dir, options) => (await import('./commands/backup.ts')).backup(dir, options))
  rapport
    .command('export')
    .description('write all of a data folder to standard output, for rapport restore to move it; also while it runs')
    .requiredOption('--keys <file>', 'new file for the keys: who has it can open everything personal')
    .addOption(new Option('--data <dir>', 'the data folder').default('./rapport-data').argParser(folder))
    .action(async (options) => (await import('./commands/export.ts')).exportCommand(options))
  onFolder(rapport.command('restore'))
    .description(
      'make a data folder from a backup, or one from an export; with the addresses of the servers set, move an export there',
    )
    .argument('[dir]', 'folder of the backed-up events')
    .option('--from-export [file]', 'an export instead of a backup; - is standard input, the default')
    .requiredOption('--keys <path>', 'folder of the backed-up keys, or file of the exported ones')
    .action(async (dir, { fromExport, ...options }) => {
      if ((dir === undefined) === (fromExport === undefined))
        throw new Ended('usage', 'restore takes the folder of a backup, or --from-export.')
      if (dir !== undefined) return (await import('./commands/backup.ts')).restore(dir, options)
      const from = fromExport === true ? '-' : fromExport
      return (await import('./commands/restore-export.ts')).restoreFromExport(from, options)
    })
  onFolder(rapport.command('doctor'))
    .description('examine everything that is stored; exits 1 and names what is wrong')
    .action(async (options) => (await import('./commands/doctor.ts')).doctor(options))
  return rapport
}
