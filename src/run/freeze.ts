import {readFile} from 'node:fs/promises'
import {isAbsolute, relative, resolve} from 'node:path'
import {checkPrompt} from '../agents/prompt.ts'
import {ROLES} from '../agents/agent.ts'
import {loadConfig} from '../config/load.ts'
import type {Config, ConfigInput} from '../config/schema.ts'
import {ConductError} from '../errors.ts'
import type {TaskStarted} from '../events.ts'
import {openRepository, readHead} from '../git/git.ts'
import {hashHooks} from '../git/hooks.ts'
import {readSpec} from '../spec/read.ts'
import {hashLocalFiles} from '../validators/local-files.ts'
import type {PreparedTask, StartRequest} from '../tasks/operations/operation.ts'

export interface FreezeOptions {
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  /** What was said on the command line. */
  readonly configFlags?: ConfigInput | undefined
  readonly conductVersion: string
}

/**
 * Reads everything that a task depends on, once, before anything is written: repository, base, configuration,
 * spec, prompts. What an agent changes of them later has no effect.
 *
 * @throws {ConductError} for each thing that is not as it must be
 */
export async function freezeTask(request: StartRequest, options: FreezeOptions): Promise<PreparedTask> {
  const {hostEnv, configFlags, conductVersion} = options
  const repository = await openRepository(resolve(request.workingDirectory), hostEnv)
  const base = await readHead(repository)
  const {config} = await loadConfig({cwd: repository.root, env: hostEnv, ...(configFlags ? {flags: configFlags} : {})})
  // Where a log is kept is no part of it: its address may hold a password, and the log may move.
  const {store: _, ...frozen} = config
  const started: TaskStarted = {
    type: 'task.started',
    task_id: request.taskId,
    description: request.description,
    working_directory: repository.root,
    repository: repository.commonDir,
    base,
    spec: await freezeSpec(repository.root, request.spec, config),
    config: frozen,
    prompts: await freezePrompts(repository.root, config),
    conduct_version: conductVersion,
    hooks: await hashHooks(repository),
    validator_files: await hashLocalFiles(config.validators, repository.root),
  }
  return {started, repository}
}

/** A spec that was named must be there; the configured one may be missing, for tasks that are driven by hand. */
async function freezeSpec(root: string, named: string | undefined, config: Config): Promise<TaskStarted['spec']> {
  const path = resolve(root, named ?? config.spec)
  const found = await readSpec(path).catch((error: unknown) => {
    if (named === undefined && error instanceof ConductError && error.code === 'SPEC_NOT_FOUND') return undefined
    throw error
  })
  return found ? {path: relative(root, path), sha256: found.sha256, text: found.text, parsed: found.spec} : null
}

async function freezePrompts(root: string, config: Config): Promise<Readonly<Record<string, string>>> {
  const prompts: Record<string, string> = {}
  for (const role of ROLES) {
    const file = config.agents.roles[role]?.prompt
    if (file === undefined) continue
    const markdown = await readFile(isAbsolute(file) ? file : resolve(root, file), 'utf8').catch((cause: unknown) => {
      throw new ConductError(
        'CONFIG_INVALID',
        `agents.roles.${role}.prompt: ${file} cannot be read.`,
        ['Write the file, or take the key out.'],
        cause,
      )
    })
    checkPrompt(role, markdown, file)
    prompts[role] = markdown
  }
  return prompts
}
