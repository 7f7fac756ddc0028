/**
 * Every code that the command line, or a service that does not start, can end with beside those of the platform, the decisions and the
 * imports. docs/reference/errors.md is made from these lists; a check holds them against the sources.
 */
export const commandLineCodes = {
  usage: 'The command line is not usable; nothing was done.',
  'config-invalid': 'The configuration is not usable; each variable is named.',
  'port-taken': 'The port is taken by another program.',
  unreachable: 'The server does not answer, or not in time.',
  interrupted: 'Interrupted by Ctrl-C or SIGTERM; what was recorded stays.',
  failed: 'It failed; the message says why.',
  'file-missing': 'A file is not there.',
  'engagement-ambiguous': 'More than one engagement has the name or the reference that was given.',
  findings: '`doctor` found something that is not as it should be.',
  'failed-again': 'A dead letter failed again; its key stays blocked.',
  'mapping-context': 'The mapping is for another context than the one that was named.',
  'tenant-simulated': 'Everything in the tenant is simulated; nothing real is imported into it.',
  'on-servers': 'The environment names the servers, and the command works on a data folder.',
  'no-relay': 'A data folder has no relay: reactions hear the store itself.',
} as const

export const folderCodes = {
  'folder-in-use': 'The data folder is held by another process.',
  'folder-missing': 'There is no data folder.',
  'folder-not-writable': 'The data folder cannot be written by this user, or at all; reading it holds it, too.',
  'not-a-data-folder': 'The folder has no name, is no folder, or holds other files and no data of Rapport.',
  'events-missing': 'The events are gone, but other files of the folder are in use: put events.db back, or restore.',
  'secrets-missing': 'There are events but no secrets of their tenant: without them nothing personal could be opened.',
  'file-damaged': 'A file of the folder is damaged; the message says how to mend it.',
  'newer-file': 'A file was written by a newer release.',
  'older-file': 'A file must be opened for writing once before it can be only read.',
  'pragma-refused': 'The storage does not keep a setting that durability rests on.',
  'restore-incomplete': 'A restore was cut short: run it again until it has ended, or empty the folder.',
  'backup-incomplete': 'The folder holds no complete backup.',
  'backup-damaged': 'The backup is not what was backed up.',
  'backup-mixed-up': 'Events and keys are of different stores, or the folders are mixed up.',
  'key-missing': 'A key that the events name is neither in the backup of the keys nor destroyed.',
  'same-target': 'Events and keys must not lie in one folder: the keys open the events.',
  'target-nested': 'One of the target folders lies in another, or in the data folder.',
  'target-not-a-folder': 'The target is a file, not a folder.',
  'target-not-empty': 'The target is not empty.',
} as const

export const serverCodes = {
  'store-differs': 'The event store is not the one that this deployment wrote.',
  'invalid-address': 'The address of MongoDB is none, or has an unknown option.',
  'invalid-prefix': 'DEPLOYMENT is no name for databases and topics.',
  'invalid-master-key': 'The file of the master key cannot be read or holds no key of 32 bytes.',
  'wrong-master-key': 'The keys of the database are wrapped by another master key.',
  'invalid-token-key': 'The file of the token key is not there, or its key is too short.',
  'newer-database': 'A database was written by a newer release.',
  'topic-missing': 'A topic is missing: `rapport topics` makes it.',
  'topics-refused': 'A topic has other partitions than it is defined with; the partition of a key must never change.',
  'topics-drifted': 'A topic is set otherwise than it is defined; `rapport topics --fix` sets it as defined.',
  'invalid-topics': 'The definition of the topics is wrong; the message names the place.',
  'unknown-environment': 'The definition of the topics has no such environment.',
  'invalid-message': 'A message is larger than 2 MiB, or no message of ours.',
  'keys-differ': 'A tenant has other keys here than those that were to be taken over.',
  defect: 'A decision did something that its own definition forbids; nothing was recorded.',
} as const

/** What `export`, and `restore` of an export, can end with besides. */
export const moveCodes = {
  'not-an-export': 'The file is no export, or no file of the keys of one.',
  'export-damaged':
    'The export, or the file of its keys, is not as it was written; nothing of what was changed was taken.',
  'export-incomplete': 'The export, or the file of its keys, breaks off before its end.',
  'keys-mixed-up': 'The keys are of another export.',
  'target-changed': 'The target does not hold the beginning of this export: something else writes to it.',
  'target-exists': 'The file for the keys exists; each export writes one of its own.',
  'ops-unknown': 'Something is kept in Ops of which nobody has said what becomes of it when a store moves.',
} as const

/** What `doctor` finds. */
export const findingCodes = {
  'file-damaged': 'A file, or a page of it, is damaged.',
  'position-gap': 'Positions are missing from the order.',
  'time-order': 'recordedAt falls.',
  'revision-gap': 'The revisions of a stream do not run from 0 without gaps.',
  'revision-order': 'Within a stream positions do not rise with revisions.',
  'stream-empty': 'A stream has no event.',
  'context-wrong': 'An event is filed under another context than its stream.',
  'block-missing': 'A follower of its context would pass over an event.',
  'text-unreadable': 'Metadata or data is no JSON.',
  'reference-broken': 'A row names another that is not there.',
  'tail-missing': 'Read models have reached events that are gone.',
  'event-schema': 'An event does not fit the schema of its version.',
  'event-unreadable': 'An event cannot be read.',
  'envelope-broken': 'A sealed value cannot be opened by its key.',
  'key-missing': 'The key of a sealed value is neither here nor destroyed.',
  'key-unreadable': 'A key cannot be unwrapped.',
  'document-unreadable': 'A document is no JSON, or not as declared.',
  'document-unknown': 'The events make no such document.',
  'document-differs': 'A document is not what its events make.',
  'document-missing': 'A document that its events make is not there.',
  'read-models-stopped': 'The read models stopped on what is stored.',
  'document-index': 'The index of a document says something else than the document.',
} as const
