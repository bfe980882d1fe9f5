import {execFile} from 'node:child_process'
import {join} from 'node:path'
import type {Project} from '../support/project.ts'
import {pluginEnv} from '../support/plugin-package.ts'

/** How a command of the installed package ended. */
export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface Installed {
  /** Where it was installed, see `npm install --prefix`. */
  readonly prefix: string
  /** The Node that runs it. */
  readonly node: string
}

/** Runs the `conduct` that npm has put into the prefix, with nothing of this checkout within its reach. */
export function runInstalled(
  {prefix, node}: Installed,
  {root, stateDir}: Pick<Project, 'root' | 'stateDir'>,
  args: readonly string[],
  more: {readonly env?: NodeJS.ProcessEnv; readonly uid?: number} = {},
): Promise<Ended> {
  const env = {
    PATH: `${join(prefix, 'bin')}:${join(node, '..')}:/usr/local/bin:/usr/bin:/bin`,
    HOME: join(stateDir, '../home'),
    CONDUCT_STATE_DIR: stateDir,
    NO_COLOR: '1',
    ...pluginEnv({stateDir}),
    ...more.env,
  }
  return new Promise((resolve) => {
    const options = {cwd: root, env, ...(more.uid === undefined ? {} : {uid: more.uid, gid: more.uid})}
    execFile(join(prefix, 'bin/conduct'), [...args], options, (error, stdout, stderr) => {
      resolve({exitCode: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr: `${stderr}${error?.code ?? ''}`})
    })
  })
}
