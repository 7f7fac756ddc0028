import type { Opening } from '../database.ts'

/**
 * synchronous=NORMAL: a power cut may take the last commits, never a part of one. Documents and checkpoint stand in one
 * transaction and the events they follow are synced, so the runner only repeats what went missing.
 * A page that many documents share is copied into the file once a checkpoint, so these are far apart.
 */
export const documentsPragmas: Opening['pragmas'] = {
  journal_mode: 'wal',
  synchronous: 1,
  foreign_keys: 1,
  cache_size: -32768,
  wal_autocheckpoint: 8000,
}

export const documentsMigrations: readonly string[] = [
  `
  CREATE TABLE collections (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, indexes TEXT NOT NULL) STRICT;
  CREATE TABLE checkpoints (name TEXT PRIMARY KEY, value TEXT NOT NULL, version TEXT NOT NULL) WITHOUT ROWID, STRICT;
`,
]
