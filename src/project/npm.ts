import {randomUUID} from 'node:crypto'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {NPM_SETTINGS} from '../npm-settings.ts'
import {packageRoot} from '../package-root.ts'
import {runProcess} from '../process.ts'

export interface NpmRequest {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

export type NpmResult =
  | {readonly ok: true; readonly stdout: string}
  /** `code`: npm's own, such as `E404`; `said`: its reasons, in one line. */
  | {readonly ok: false; readonly code: string; readonly said: string}

/** Runs the npm that comes with conduct, with the settings of the person who calls. */
export async function runNpm(args: readonly string[], {cwd, env, signal}: NpmRequest): Promise<NpmResult> {
  const registry = env['CONDUCT_NPM_REGISTRY']
  const given = Object.entries({...env, ...NPM_SETTINGS, ...(registry ? {npm_config_registry: registry} : {})})
  const known = given.filter((entry): entry is [string, string] => entry[1] !== undefined)
  const argv = [
    process.execPath,
    ...(process.versions['deno'] === undefined ? [] : ['run', '-A', '--quiet']),
    npmProgram(),
    '--loglevel=error',
    ...args,
  ]
  const result = await runProcess({
    argv,
    cwd,
    env: Object.fromEntries(known),
    marker: `npm/${randomUUID()}`,
    signal,
    maxBytes: 1 << 20,
  })
  return result.exitCode === 0 ? {ok: true, stdout: result.stdout} : {ok: false, ...readFailure(result.error ?? result.stderr)}
}

/** `@oclif/plugin-plugins` depends on it, and it lies where that looks for it. */
function npmProgram(): string {
  const plugins = createRequire(join(packageRoot(), 'package.json')).resolve('@oclif/plugin-plugins')
  return join(dirname(createRequire(plugins).resolve('npm/package.json')), 'bin', 'npm-cli.js')
}

/** What npm says of a failure: `npm error code E404`, then its reasons, line by line. */
export function readFailure(stderr: string): {readonly code: string; readonly said: string} {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim())
    .filter((line) => line !== '' && !/^(A complete log|errno |syscall |path |npm warn|This is related to|Note that you can)/i.test(line))
  const code = lines.find((line) => line.startsWith('code '))?.slice('code '.length) ?? ''
  const reasons = lines.filter((line) => !line.startsWith('code '))
  return {code, said: [...new Set(reasons)].slice(0, 3).join(' ').slice(0, 500)}
}
