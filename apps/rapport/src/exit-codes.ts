/** How `rapport` ends; docs/reference/cli.md lists them from here. */
export const exitCodes = {
  ok: { code: 0, words: 'Done; `start` was told to end by Ctrl-C or SIGTERM, and ended in order.' },
  failed: { code: 1, words: 'It failed, or `doctor` found something that is not as it should be.' },
  usage: { code: 2, words: 'The command line, a mapping or a file given to it is not usable; nothing was done.' },
  'folder-in-use': {
    code: 3,
    words: 'The data folder is held by another process; the message names it and its address.',
  },
  'port-taken': { code: 4, words: 'The port is taken by another program.' },
  'not-found': { code: 5, words: 'There is no such engagement, file or folder.' },
  refused: { code: 6, words: 'The server refused: the token, its role, or the request itself.' },
  unreachable: { code: 7, words: 'The server does not answer, or not in time.' },
  interrupted: { code: 130, words: 'Interrupted by Ctrl-C; what was recorded stays, run it again to go on.' },
} as const
export type Exit = keyof typeof exitCodes

/** How a command ends on an error of this code, whether this process found it or the server said so; by default `failed` and `refused`. */
export const exitOf: Readonly<Record<string, Exit>> = {
  'folder-in-use': 'folder-in-use',
  'folder-missing': 'not-found',
  'folder-not-writable': 'usage',
  'not-a-data-folder': 'usage',
  'invalid-topics': 'usage',
  'unknown-environment': 'usage',
  'no-relay': 'usage',
  unavailable: 'unreachable',
  'mapping-invalid': 'usage',
  'mapping-context': 'usage',
  'tenant-simulated': 'usage',
  'column-missing': 'usage',
  'column-ambiguous': 'usage',
  'format-unknown': 'usage',
  'file-empty': 'usage',
  'rejected-target': 'usage',
  'target-not-empty': 'usage',
  'same-target': 'usage',
  'target-nested': 'usage',
  'target-exists': 'usage',
  'not-an-export': 'usage',
  'keys-mixed-up': 'usage',
  'target-not-a-folder': 'usage',
  'backup-incomplete': 'usage',
  'backup-mixed-up': 'usage',
}

/** Ends the command with a message on standard error and an exit code. */
export class Ended extends Error {
  readonly exit: Exit
  readonly code: string
  constructor(exit: Exit, message: string, code: string = exit) {
    super(message)
    this.name = 'Ended'
    this.exit = exit
    this.code = code
  }
}
