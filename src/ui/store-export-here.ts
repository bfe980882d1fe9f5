import {createWriteStream} from 'node:fs'
import {rename, rm} from 'node:fs/promises'
import {Readable, type Writable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {now, type App} from '../app.ts'
import {ConductError} from '../errors.ts'
import {findCheckout} from '../git/find-checkout.ts'
import {exportTasks} from '../tasks/transfer/export-tasks.ts'
import type {ConductCommand} from './conduct-command.ts'
import {formatCount} from './text.ts'

export interface ExportRequest {
  /** `-` for stdout. */
  readonly file: string
  /** `--task`, any number of them. */
  readonly wanted: readonly string[]
  /** The tasks of every repository. */
  readonly all: boolean
}

export interface ExportResult {
  readonly file: string
  readonly tasks: readonly {readonly task_id: string; readonly events: number}[]
}

/** `conduct store export`: the logs of tasks as a file, or on stdout. */
export async function storeExportHere(command: ConductCommand, {file, wanted, all}: ExportRequest): Promise<ExportResult> {
  if (file === '-' && command.jsonEnabled())
    throw new ConductError('USAGE', '--json tells of an export on stdout, where the export itself would go.', [
      'Name a file: conduct store export FILE --json',
    ])
  const app = await command.openApp()
  try {
    const tasks: {task_id: string; events: number}[] = []
    const lines = exportTasks(app.store, {
      taskIds: await chooseTasks(app, {wanted, all}),
      conductVersion: command.config.version,
      now,
      onTask: (taskId, events) => tasks.push({task_id: taskId, events}),
    })
    await (file === '-' ? toStdout(lines) : toFile(file, lines))
    command.logToStderr(`${formatCount(tasks.length, 'task')} exported${file === '-' ? '' : ` to ${file}`}.`)
    return {file, tasks}
  } finally {
    await app[Symbol.asyncDispose]()
  }
}

async function chooseTasks(app: App, {wanted, all}: Omit<ExportRequest, 'file'>): Promise<readonly string[]> {
  if (wanted.length > 0) {
    const ids: string[] = []
    for (const one of wanted) ids.push(await app.resolve(one))
    return [...new Set(ids)]
  }
  const {cwd, env} = app.options
  const filter = all ? {} : {repository: (await findCheckout(cwd, env)).commonDir}
  return (await app.store.tasks(filter)).map(({taskId}) => taskId).toReversed()
}

/** A reader that has enough (`| head`) is no fault. */
async function toStdout(lines: AsyncIterable<string>): Promise<void> {
  await write(lines, process.stdout, false).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error
  })
}

/** Whole or not at all: an older export is replaced at the end. Only its owner may read it, as the store. */
async function toFile(file: string, lines: AsyncIterable<string>): Promise<void> {
  const draft = `${file}.${process.pid}.part`
  try {
    await write(lines, createWriteStream(draft, {flags: 'wx', mode: 0o600}), true)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, {force: true})
    if (!(error instanceof Error && 'syscall' in error && 'code' in error) || error.code === 'ENOSPC') throw error
    throw new ConductError(
      'USAGE',
      `Cannot write the export to ${file}: ${error.message}`,
      ['Name a file in a folder that you can write, or - for stdout.'],
      error,
    )
  }
}

const write = (lines: AsyncIterable<string>, to: Writable, end: boolean) => pipeline(Readable.from(lines), to, {end})
