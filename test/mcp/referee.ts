import {execFile} from 'node:child_process'
import {existsSync} from 'node:fs'
import {createRequire} from 'node:module'
import {fileURLToPath} from 'node:url'

const FOLDER = fileURLToPath(new URL('referees/', import.meta.url))

/** The Node that comes with the development dependencies: the referees need a new one, whatever runs the tests. */
export const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))

/** For `before`: skips the tests where the referees are not installed; in CI that is a failure. */
export function needReferees(context: Mocha.Context): void {
  if (existsSync(`${FOLDER}node_modules`)) return
  const advice = 'The referees are not installed: npm ci --ignore-scripts --prefix test/mcp/referees'
  if (process.env.CI === 'true') throw new Error(advice)
  console.error(`    ${advice}`)
  context.skip()
}

/** Absolute path of a file in the package of a referee. */
export function refereeFile(path: string): string {
  return `${FOLDER}node_modules/${path}`
}

/** Loads what a referee depends on. */
export const requireOfReferees = createRequire(FOLDER)

export interface RefereeResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a referee to its end. */
export function runReferee(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RefereeResult> {
  const options = {maxBuffer: 64 * 1024 * 1024, env: {...process.env, ...env, NO_COLOR: '1'}}
  return new Promise((resolve) => {
    const child = execFile(NODE, [refereeFile(file), ...args], options, (_error, stdout, stderr) => {
      resolve({exitCode: child.exitCode ?? -1, stdout, stderr})
    })
    child.stdin?.end()
  })
}
