import {homedir} from 'node:os'
import {join} from 'node:path'
import type {z} from 'zod'
import {stateDir} from './config/state-dir.ts'
import type {Config, ConfigInput} from './config/schema.ts'
import {loadStoreConfig} from './config/store.ts'
import {ConductError} from './errors.ts'
import type {TaskStarted} from './events.ts'
import {findCheckout} from './git/find-checkout.ts'
import type {Git} from './git/git.ts'
import type {identifyProcess} from './process.ts'
import {Turns} from './run/turns.ts'
import type {Registries} from './plugins.ts'
import type {Store} from './store/store.ts'
import type {Operation, OperationServices} from './tasks/operations/operation.ts'
import {placesOf} from './tasks/places.ts'
import {resolveTask} from './tasks/resolve-task.ts'
import {TaskLog} from './tasks/task-log.ts'

export interface AppOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly conductVersion: string
  /** What was said on the command line. */
  readonly configFlags?: ConfigInput
  /** What plugins bring; asked only by what needs validators. */
  loadPlugins(): Promise<Pick<Registries, 'validators'>>
}

/**
 * Everything wired together: the only file that knows every adapter. Commands open one and close it. What only some
 * commands need is imported when it is needed: it takes longer to load than most commands take to answer.
 */
export class App implements AsyncDisposable {
  readonly options: AppOptions
  readonly stateDir: string
  readonly store: Store
  /** How long a run waits for the store when it is gone. */
  readonly storePatienceMs: number
  readonly services: OperationServices

  private constructor(options: AppOptions, directory: string, store: Store, storePatienceMs: number) {
    this.options = options
    this.stateDir = directory
    this.store = store
    this.storePatienceMs = storePatienceMs
    this.services = createServices(options, directory, store)
  }

  /** @throws {ConductError} when there is no state directory or its store cannot be opened */
  static async open(options: AppOptions): Promise<App> {
    const directory = stateDir({HOME: homedir(), ...options.env})
    const config = await storeConfig(options)
    return new App(options, directory, await openStore(config, directory), config.patience)
  }

  /** Calls one of the ten operations. */
  async call<Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    input: unknown,
  ): Promise<z.output<Output>> {
    const {callOperation} = await import('./tasks/operations/call.ts')
    return callOperation(operation, input, this.services)
  }

  /** The task a command means; see `resolveTask`. */
  async resolve(wanted: string | undefined): Promise<string> {
    const repository = await findCheckout(this.options.cwd, this.options.env).catch((error: unknown) => {
      if (error instanceof ConductError) return undefined
      throw error
    })
    return resolveTask(this.store, {wanted, fromEnvironment: this.options.env.CONDUCT_TASK, repository: repository?.commonDir})
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]()
  }
}

/** Milliseconds since the epoch: the one clock. */
export const now = (): number => Date.now()

async function storeConfig({cwd, env, configFlags}: AppOptions): Promise<Config['store']> {
  const root = await findCheckout(cwd, env).then(
    ({root}) => root,
    () => cwd,
  )
  return loadStoreConfig({cwd: root, env, ...(configFlags ? {flags: configFlags} : {})})
}

async function openStore(store: Config['store'], directory: string): Promise<Store> {
  if (store.kind === 'embedded') {
    const {openSqliteStore} = await import('./store/sqlite-store.ts')
    return openSqliteStore(store.path ?? join(directory, 'state.db'))
  }
  const {openRedisStore} = await import('./store/redis-store.ts')
  const {url, allowVolatile, prefix, tls} = store
  return openRedisStore(url, {allowVolatile, prefix, tls})
}

function createServices(options: AppOptions, directory: string, store: Store): OperationServices {
  const {env, conductVersion, configFlags} = options
  const gits = new Map<string, Promise<Git>>()
  const turns = new Turns()
  let here: ReturnType<typeof identifyProcess> | undefined
  return {
    store,
    stateDir: directory,
    hostEnv: env,
    now,
    newTaskId,
    prepareTask: async (request) => {
      const {freezeTask} = await import('./run/freeze.ts')
      return freezeTask(request, {hostEnv: env, conductVersion, configFlags})
    },
    openTaskGit: (started) => {
      const {task_id: id} = started
      const known = gits.get(id)
      if (known) return known
      const opened = openTaskGit(started, directory, env)
      gits.set(id, opened)
      // A fault may be mended while a server runs: the next call looks again.
      opened.catch(() => gits.delete(id))
      return opened
    },
    selectValidators: async ({config, working_directory: projectDir, validator_files: frozen}) => {
      const [{selectValidators}, {validators}] = await Promise.all([import('./validators/select.ts'), options.loadPlugins()])
      // Checked when it was frozen.
      return selectValidators((config as Config).validators, validators, {projectDir, frozen})
    },
    readTask: (taskId) => TaskLog.open(store, taskId, {now}),
    withTask: (taskId, use, signal) => {
      const open = (fence: number) => TaskLog.open(store, taskId, {now, fence})
      const work = async () => {
        const {withLease} = await import('./run/with-lease.ts')
        here ??= import('./process.ts').then(({identifyProcess}) => identifyProcess())
        const user = {store, now, signal, here: await here, purpose: 'operation'} as const
        return withLease(user, taskId, async (fence, _lost, previous) => {
          const log = await open(fence)
          if (previous) await (await import('./run/recover.ts')).endOrphans({log})
          return use(log)
        })
      }
      return turns.take(taskId, work, signal)
    },
  }
}

async function openTaskGit(started: TaskStarted, directory: string, env: AppOptions['env']): Promise<Git> {
  const {openGit, openRepository} = await import('./git/git.ts')
  const repository = await openRepository(started.working_directory, env)
  if (repository.commonDir !== started.repository) {
    throw new ConductError('NOT_A_REPOSITORY', `${started.working_directory} is not a checkout of ${started.repository} any more.`, [
      'Put the repository back where it was when the task began.',
    ])
  }
  const {shadowDir} = placesOf({
    stateDir: directory,
    repository: started.repository,
    taskId: started.task_id,
    config: started.config,
  })
  return openGit({repository, shadowDir, env, marker: `${started.task_id}/git`})
}

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const LETTERS = 23

/** Eight characters that cannot be mistaken for each other, the first a letter. */
function newTaskId(seed?: string): string {
  // Loaded only here: most commands mint no id.
  const {createHash, randomBytes} = process.getBuiltinModule('node:crypto')
  const bytes = seed === undefined ? randomBytes(16) : createHash('sha256').update(seed).digest()
  // Two bytes for each: of one, some letters would come more often than others.
  const letters = Array.from({length: 8}, (_, index) => bytes.readUInt16LE(2 * index) % (index === 0 ? LETTERS : ALPHABET.length))
  return letters.map((index) => ALPHABET[index]).join('')
}
