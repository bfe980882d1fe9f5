import assert from 'node:assert/strict'
import {conduct, type CliOptions, type CliResult} from '../support/cli.ts'
import type {Project} from '../support/project.ts'

/** Short ways to call the CLI in one project. */
export interface Speaker {
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>
  /** The trimmed stdout of a command that must work. */
  say(...args: readonly string[]): Promise<string>
  /** The same with `--json`. */
  json<T>(...args: readonly string[]): Promise<T>
  /** A command that must be refused, with the exit code and the error's code. */
  refuse(args: readonly string[], exitCode: number, code: string, says: RegExp): Promise<Refusal>
}

export interface Refusal {
  readonly code: string
  readonly message: string
  readonly suggestions: readonly string[]
}

export function speakerOf(project: Pick<Project, 'root' | 'stateDir'>, env: Readonly<Record<string, string>> = {}): Speaker {
  const run: Speaker['run'] = (args, options = {}) => conduct(project, args, {...options, env: {...env, ...options.env}})
  const say: Speaker['say'] = async (...args) => {
    const {exitCode, stdout, stderr} = await run(args)
    assert.equal(exitCode, 0, `${args.join(' ')}: ${stdout}${stderr}`)
    return stdout.trim()
  }
  return {
    run,
    say,
    json: async <T>(...args: readonly string[]) => JSON.parse(await say(...args, '--json')) as T,
    refuse: async (args, exitCode, code, says) => {
      const end = args.includes('--') ? args.indexOf('--') : args.length
      const result = await run([...args.slice(0, end), '--json', ...args.slice(end)])
      const {error} = result.json<{readonly error: Refusal}>()
      assert.deepEqual([result.exitCode, error.code], [exitCode, code], error.message)
      assert.match(error.message, says)
      assert.ok(error.suggestions.length > 0, `${error.message} says nothing of what to do`)
      return error
    },
  }
}
