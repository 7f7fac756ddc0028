import type { Opening } from '../database.ts'

/** No write-ahead log: there a deleted row stays readable. The journal is cut to nothing at COMMIT, freed bytes are overwritten. */
export const keysPragmas: Opening['pragmas'] = {
  journal_mode: 'truncate',
  synchronous: 2,
  foreign_keys: 1,
  secure_delete: 1,
}

export const keysMigrations: readonly string[] = [
  `
  CREATE TABLE tenants (name TEXT PRIMARY KEY, wrap_key BLOB NOT NULL, id_key BLOB, salt_key BLOB) WITHOUT ROWID, STRICT;
  CREATE TABLE keys (
    tenant TEXT NOT NULL REFERENCES tenants (name),
    kid TEXT NOT NULL,
    wrapped BLOB,
    commitment TEXT,
    destroyed TEXT,
    PRIMARY KEY (tenant, kid),
    CHECK ((wrapped IS NULL) = (commitment IS NOT NULL AND destroyed IS NOT NULL))
  ) WITHOUT ROWID, STRICT;
`,
]
