import {createReadStream, createWriteStream} from 'node:fs'
import {access, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {now} from '../app.ts'
import {ConductError} from '../errors.ts'
import {withLease} from '../run/with-lease.ts'
import {importTasks, type ImportedTask} from '../tasks/transfer/import-tasks.ts'
import type {ConductCommand} from './conduct-command.ts'
import {formatCount, oneLine} from './text.ts'

/** `conduct store import`: the tasks of an export into the store of this folder. */
export async function storeImportHere(command: ConductCommand, file: string): Promise<{readonly tasks: readonly ImportedTask[]}> {
  const source = await openSource(file)
  try {
    const app = await command.openApp()
    try {
      const {store} = app
      const tasks = await importTasks({
        store,
        open: () => createReadStream(source.file),
        withLease: (taskId, use) => withLease({store, now, purpose: 'operation'}, taskId, use),
      })
      if (!command.jsonEnabled()) command.log(render(tasks))
      for (const task of tasks) if (task.runner && task.status !== 'present') command.logToStderr(warn(task, task.runner.pid))
      return {tasks}
    } finally {
      await app[Symbol.asyncDispose]()
    }
  } finally {
    await source.remove()
  }
}

interface Source {
  readonly file: string
  remove(): Promise<void>
}

/** What comes from stdin is kept in a file until it is imported, since it is read twice. */
async function openSource(file: string): Promise<Source> {
  if (file !== '-') {
    await access(file).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new ConductError('USAGE', `Cannot read the export ${file}: ${why}`, ['Name the file of an export, or - for stdin.'], cause)
    })
    return {file, remove: async () => undefined}
  }
  const folder = await mkdtemp(join(tmpdir(), 'conduct-import-'))
  const copy = join(folder, 'export.ndjson')
  const remove = () => rm(folder, {recursive: true, force: true})
  try {
    await pipeline(process.stdin, createWriteStream(copy, {mode: 0o600}))
  } catch (error) {
    await remove()
    throw error
  }
  return {file: copy, remove}
}

const WORDS = {imported: 'imported', extended: 'extended', present: 'already here'} as const

function render(tasks: readonly ImportedTask[]): string {
  if (tasks.length === 0) return 'The export has no tasks.'
  const line = ({task_id: id, status, events, description}: ImportedTask) =>
    `${id}  ${WORDS[status].padEnd(12)}  ${formatCount(events, 'event')}  ${oneLine(description)}`
  return tasks.map(line).join('\n')
}

const warn = ({task_id: id}: ImportedTask, pid: number) =>
  `Task ${id} was being worked on when it was exported, by process ${pid} of its host. Go on with it in one store only: make sure that process has ended, then conduct resume ${id}`
