import { Corrupt } from '@rapport/events'
import type { Opening } from '../database.ts'

/**
 * synchronous=FULL syncs the write-ahead log at every COMMIT: an answered append outlives a power cut.
 * The writer copies the log into the file itself, to see an error of it.
 */
export const eventsPragmas: Opening['pragmas'] = {
  journal_mode: 'wal',
  synchronous: 2,
  foreign_keys: 1,
  cache_size: -16384,
  wal_autocheckpoint: 0,
  journal_size_limit: 67108864,
}

/** Positions of a block; part of the file's format. */
export const BLOCK = 128
/** A page of small events is read without measuring it: 500 times this is still a small page. */
export const isLarge = 'octet_length(metadata) + octet_length(data) > 16384'

/**
 * The store's file. `seq` is the position; it is given by the writer without gaps. `context_blocks` says in
 * which blocks of 128 positions a context has events: a follower of few contexts passes over the others', at the price
 * of one row a block instead of an index entry, and so a page more to write, an event.
 */
export const eventsMigrations: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;
  INSERT INTO meta VALUES ('restores', '0'), ('store', lower(hex(randomblob(16))));
  CREATE TABLE contexts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE tenants (name TEXT PRIMARY KEY) WITHOUT ROWID, STRICT;
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    context INTEGER NOT NULL REFERENCES contexts (id),
    stream INTEGER NOT NULL REFERENCES streams (id),
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    recorded TEXT NOT NULL,
    metadata TEXT NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  CREATE TABLE context_blocks (
    context INTEGER NOT NULL REFERENCES contexts (id), block INTEGER NOT NULL, PRIMARY KEY (context, block)
  ) WITHOUT ROWID, STRICT;
  CREATE INDEX events_large ON events (seq) WHERE ${isLarge};
  CREATE TABLE ops (
    tenant TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, version TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
  ) WITHOUT ROWID, STRICT;
`,
]

/** A position as the port gives it: twenty digits, so that it compares as a string. */
export const positionOf = (seq: number): string => {
  const digits = String(seq)
  return START_OF_ALL.slice(digits.length) + digits
}
const START_OF_ALL = '00000000000000000000'

/** The number behind a position; the start is 0. */
export function seqOf(position: string): number {
  const seq = position === '' ? 0 : /^\d{20}$/.test(position) ? Number(position) : NaN
  if (!Number.isSafeInteger(seq)) throw new Corrupt('The position is not one of this store.', { position })
  return seq
}
