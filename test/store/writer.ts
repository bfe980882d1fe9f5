import {writeSync} from 'node:fs'
import {once} from 'node:events'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'

/**
 * A process that appends to a log until it is `length` long, and prints each version that was acknowledged.
 * Opens the store, says `ready`, and begins when its stdin says so: `writer.ts FILE TASK NAME LENGTH`.
 */
const [file = '', taskId = '', name = '', length = ''] = process.argv.slice(2)
const store = await openSqliteStore(file)
writeSync(1, 'ready\n')
await once(process.stdin, 'data')
process.stdin.destroy()

let version = 0
while (version < Number(length)) {
  const result = await store.append(taskId, version, [{type: 'drift.repaired', what: name}], {at: '2026-01-01T00:00:00.000Z'})
  if (result === 'appended') writeSync(1, `${version + 1}\n`)
  version = (await store.read(taskId, version)).at(-1)?.version ?? version + 1
}
await store[Symbol.asyncDispose]()
