import type {DatabaseSync} from 'node:sqlite'
import {storeUnreachable} from './errors.ts'

/** `cndt`: tells our files from other programs' databases. */
const APPLICATION_ID = 0x63_6e_64_74
const SCHEMA_VERSION = 1

/** Text that others wrote is kept as JSON: SQLite's bindings cut it at a NUL and break lone surrogates. */
const SCHEMA = `
  CREATE TABLE tasks (
    task_id TEXT PRIMARY KEY,
    repository TEXT NOT NULL,
    description TEXT NOT NULL,
    started_at TEXT NOT NULL
  );
  CREATE TABLE events (
    task_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    at TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (task_id, version)
  ) WITHOUT ROWID;
  CREATE TABLE leases (
    task_id TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL,
    owner TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  );
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`

/** `true` when the file has our tables; `false` when it is empty. Throws for a file of another program or a newer conduct. */
export function hasSchema(db: DatabaseSync, file: string): boolean {
  const {tables, applicationId, version} = readHeader(db)
  if (applicationId === 0 && version === 0 && tables === 0) return false
  if (applicationId !== APPLICATION_ID) {
    throw storeUnreachable(file, 'is a database of another program', ['Choose another file for `store.path`.'])
  }
  if (version > SCHEMA_VERSION) {
    throw storeUnreachable(file, `was written by a newer conduct (layout ${version}; this one knows ${SCHEMA_VERSION})`, [
      'Update conduct: `npm install --global conduct-cli@latest`.',
      'Or keep the state of this version elsewhere: set CONDUCT_STATE_DIR.',
    ])
  }
  return true
}

/** Makes the tables. Runs in a transaction, after another look with `hasSchema`. */
export function createSchema(db: DatabaseSync): void {
  db.exec(SCHEMA)
}

/** In one statement: another process may be making the tables at this moment. */
function readHeader(db: DatabaseSync) {
  const tables = '(SELECT count(*) FROM sqlite_schema) AS tables'
  const ids = '(SELECT application_id FROM pragma_application_id) AS id, (SELECT user_version FROM pragma_user_version) AS version'
  const row = db.prepare(`SELECT ${tables}, ${ids}`).get()
  return {tables: Number(row?.['tables']), applicationId: Number(row?.['id']), version: Number(row?.['version'])}
}
