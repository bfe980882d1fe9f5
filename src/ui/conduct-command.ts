import {Command, Flags, type Interfaces} from '@oclif/core'
import {App} from '../app.ts'
import type {ConfigInput} from '../config/schema.ts'
import {ConductError} from '../errors.ts'

/** `--task`, for every command that acts on one task. */
export const taskFlag = {
  task: Flags.string({char: 't', summary: 'Task id, or the beginning of one. Default: CONDUCT_TASK, or the only open task here.', helpValue: 'ID'}),
}

/** `--request-id`, for every mutation. */
export const requestFlag = {
  'request-id': Flags.string({summary: 'The same id again prints the first result instead of acting twice.', helpValue: 'ID'}),
}

/** What all commands share: how the app is opened, and how an error reads as JSON. */
export abstract class ConductCommand extends Command {
  static override enableJsonFlag = true

  /** Opens the app for this folder and environment; dispose it. */
  openApp(configFlags?: ConfigInput): Promise<App> {
    return App.open({cwd: process.cwd(), env: process.env, conductVersion: this.config.version, ...(configFlags ? {configFlags} : {})})
  }

  /** `{error: {code, message, suggestions, exit_code}}`: the same for every command. */
  protected override toErrorJson(error: unknown): unknown {
    const {message, oclif} = error as Interfaces.PrettyPrintableError & {message: string; oclif?: {exit?: number}}
    if (!(error instanceof ConductError)) return {error: {code: 'BUG', message, suggestions: [], exit_code: oclif?.exit ?? 1}}
    return {error: {code: error.code, message, suggestions: error.suggestions, exit_code: error.oclif.exit}}
  }
}
