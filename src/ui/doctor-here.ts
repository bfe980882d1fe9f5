import {homedir} from 'node:os'
import {stateDir} from '../config/state-dir.ts'
import {EXIT} from '../errors.ts'
import {loadPlugins} from '../plugins.ts'
import {attemptCheck, ok, type Check} from '../project/check.ts'
import {checkDisk, checkRuntime, checkStateDir} from '../project/check-machine.ts'
import {checkProject} from '../project/check-project.ts'
import type {ConductCommand} from './conduct-command.ts'
import {renderChecks} from './doctor-view.ts'

export interface DoctorResult {
  readonly ok: boolean
  readonly checks: readonly Check[]
}

/** `conduct doctor`: everything that a run needs, looked at now. Exit code 5 when something is missing. */
export async function doctorHere(command: ConductCommand): Promise<DoctorResult> {
  const plugins = await loadPlugins(command.config)
  const checks = [...(await checkMachine(command)), ...(await checkProject({cwd: process.cwd(), env: process.env, ...plugins}))]
  const result = {ok: checks.every(({status}) => status !== 'fail'), checks}
  process.exitCode = result.ok ? EXIT.DONE : EXIT.ENVIRONMENT
  if (!command.jsonEnabled()) command.log(renderChecks(checks))
  return result
}

async function checkMachine(command: ConductCommand): Promise<readonly Check[]> {
  const {node, deno} = process.versions
  const runtime = checkRuntime({node, deno})
  let folder: string | undefined
  const state = await attemptCheck('state directory', () => {
    folder = stateDir({HOME: homedir(), ...process.env})
    return checkStateDir(folder)
  })
  if (folder === undefined) return [runtime, state]
  return [runtime, state, await checkDisk(folder), await attemptCheck('store', () => checkStore(command))]
}

async function checkStore(command: ConductCommand): Promise<Check> {
  const app = await command.openApp()
  try {
    const tasks = await app.store.tasks()
    return ok('store', `${app.store.location}, ${tasks.length} tasks`)
  } finally {
    await app[Symbol.asyncDispose]()
  }
}
