import {access, constants, stat} from 'node:fs/promises'
import {delimiter, join} from 'node:path'

/**
 * The argument array that runs a script of the spec so that its first failing command ends it. The script is one
 * argument, never part of a string that another shell reads.
 */
export async function shellArgv(script: string, env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  // Our pipes are sockets, and on a socket bash takes itself for a remote shell and reads ~/.bashrc, unless it is told not to.
  return (await isOnPath('bash', env)) ? ['bash', '--norc', '-eo', 'pipefail', '-c', script] : ['sh', '-ec', script]
}

async function isOnPath(program: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  const dirs = (env.PATH ?? '').split(delimiter).filter((dir) => dir !== '')
  const hits = await Promise.all(dirs.map((dir) => isProgram(join(dir, program))))
  return hits.includes(true)
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
