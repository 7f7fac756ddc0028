import { CommanderError, type Command } from 'commander'
import { RapportError } from '@rapport/events'
import { misconfigured } from '@rapport/house'
import { Ended, exitCodes, exitOf, type Exit } from './exit-codes.ts'
import { program } from './program.ts'

function ending(error: unknown): { readonly exit: Exit; readonly code: string; readonly message: string } {
  if (error instanceof Ended) return error
  if (error instanceof RapportError)
    return {
      exit: exitOf[error.code] ?? (misconfigured(error) ? 'usage' : 'failed'),
      code: error.code,
      message: error.message,
    }
  const { code, message, name } = error as { code?: string; message?: string; name?: string }
  if (code === 'ENOENT') return { exit: 'not-found', code: 'file-missing', message: message ?? 'A file is missing.' }
  if (name === 'ConfigError') return { exit: 'usage', code: 'config-invalid', message: message! }
  return { exit: 'failed', code: code ?? 'failed', message: message ?? String(error) }
}

const every = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(every)]

try {
  const rapport = program()
  for (const command of every(rapport)) command.exitOverride()
  await rapport.parseAsync()
} catch (error) {
  const told = (code: string, message: string): void => {
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: code, message })}\n`)
  }
  if (error instanceof CommanderError) {
    // Help and version come as errors too; commander has said what is wrong itself.
    if (error.exitCode !== 0) told('usage', error.message.replace(/^error: /, ''))
    process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage.code
  } else {
    const { exit, code, message } = ending(error)
    told(code, message)
    process.stderr.write(`rapport: ${message}\n`)
    process.exitCode = exitCodes[exit].code
    // Whatever still waits for a storage that failed does not keep the process.
    setTimeout(() => process.exit(), 2_000).unref()
  }
}
