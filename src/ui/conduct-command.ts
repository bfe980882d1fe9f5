import {Command, Flags, settings, type Interfaces} from '@oclif/core'
import type {App} from '../app.ts'
import type {ConfigInput} from '../config/schema.ts'
import {ConductError, EXIT, permissionRefused} from '../errors.ts'

type FlagOutput = Interfaces.OutputFlags<Interfaces.FlagInput>
type ArgOutput = Interfaces.OutputArgs<Interfaces.ArgInput>

/** `--task`, for every command that acts on one task. */
export const taskFlag = {
  task: Flags.string({
    char: 't',
    summary: 'Task id, or the beginning of one. Default: CONDUCT_TASK, or the only open task here.',
    helpValue: 'ID',
  }),
}

/** `--request-id`, for every mutation. */
export const requestFlag = {
  'request-id': Flags.string({summary: 'The same id again prints the first result instead of acting twice.', helpValue: 'ID'}),
}

/** `--working-directory`, for what acts on a checkout. @param what of that checkout the command is about */
export const workingDirectoryFlag = (what: string) => ({
  'working-directory': Flags.string({char: 'C', summary: `${what}, when it is not the one of the task.`, helpValue: 'DIR'}),
})

/** What all commands share: how the app is opened, and how an error reads as JSON. */
export abstract class ConductCommand extends Command {
  static override enableJsonFlag = true

  /** Opens the app for this folder and environment; dispose it. */
  async openApp(configFlags?: ConfigInput): Promise<App> {
    const {App} = await import('../app.ts')
    return App.open({
      cwd: process.cwd(),
      env: process.env,
      conductVersion: this.config.version,
      loadPlugins: async () => (await import('../plugins.ts')).loadPlugins(this.config),
      ...(configFlags ? {configFlags} : {}),
    })
  }

  /** An argument is never taken from stdin, as oclif would: in a `while read` loop that is the list which the script goes through. */
  protected override parse<F extends FlagOutput, B extends FlagOutput, A extends ArgOutput>(
    options: Interfaces.Input<F, B, A> = this.ctor as unknown as Interfaces.Input<F, B, A>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const args = Object.entries(options.args ?? {}).map(([name, arg]) => [name, {...arg, ignoreStdin: true}])
    // Named one by one: a command inherits some of them, which a spread would lose.
    const {flags, baseFlags, enableJsonFlag} = options
    const inherited = {...(flags ? {flags} : {}), ...(baseFlags ? {baseFlags} : {}), enableJsonFlag: enableJsonFlag ?? false}
    return super.parse({...options, ...inherited, args: Object.fromEntries(args) as Interfaces.ArgInput<A>}, argv)
  }

  /** What a person can mend is said whole: oclif would cut the lines at 80 columns, and commands in them are pasted. */
  protected override async catch(thrown: Interfaces.CommandError): Promise<unknown> {
    const error = toMendable(thrown)
    // The error of a program that failed has its exit code on it, which oclif would take for ours.
    if (this.jsonEnabled() && error.oclif?.exit === undefined) process.exitCode ??= EXIT.BUG
    if (!(error instanceof ConductError) || this.jsonEnabled() || settings.debug) return super.catch(error)
    this.logToStderr([`Error: ${error.message}`, ...error.suggestions.map((suggestion) => `  → ${suggestion}`)].join('\n'))
    return this.exit(error.oclif.exit)
  }

  /** `{error: {code, message, suggestions, exit_code}}`: the same for every command. */
  protected override toErrorJson(error: unknown): unknown {
    if (!(error instanceof ConductError)) return foreignErrorJson(error)
    return {error: {code: error.code, message: error.message, suggestions: error.suggestions, exit_code: error.oclif.exit}}
  }
}

/** What may come from anywhere, and is no bug wherever it came from. */
function toMendable(thrown: Interfaces.CommandError): Interfaces.CommandError {
  if (isOutOfRoom(thrown)) return outOfRoom(thrown)
  return isRefused(thrown) ? permissionRefused(thrown.message.split(',', 1)[0] ?? '', thrown) : thrown
}

/** Deno's own error for what it was not given. */
const isRefused = (error: unknown) => error instanceof Error && error.name === 'NotCapable'

/** Any write may be the one that a full disk refuses: that is no bug, wherever it was. */
function isOutOfRoom(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC'
}

const outOfRoom = (cause: Error) =>
  new ConductError('DISK_FULL', `No space left on the disk: ${cause.message}`, ['Free some space, then `conduct resume`.'], cause)

/** oclif's own refusals of flags and arguments, and bugs. */
function foreignErrorJson(error: unknown): unknown {
  const {message, oclif} = error as Error & {readonly oclif?: {readonly exit?: number}}
  const exitCode = oclif?.exit ?? EXIT.BUG
  return {error: {code: exitCode === EXIT.USAGE ? 'USAGE' : 'BUG', message, suggestions: [], exit_code: exitCode}}
}
