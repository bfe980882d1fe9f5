import type {DatabaseSync} from 'node:sqlite'

/**
 * Opens a database file. SQLite is loaded at the first use, since most commands need none. Node 22 warns that the
 * module is experimental; nobody can act on that.
 */
export function openDatabase(file: string): DatabaseSync {
  const warn = process.emitWarning
  process.emitWarning = () => undefined
  try {
    const sqlite = process.getBuiltinModule('node:sqlite')
    return new sqlite.DatabaseSync(file)
  } finally {
    process.emitWarning = warn
  }
}
