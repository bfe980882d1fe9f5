import {constants} from 'node:fs'
import {access, stat} from 'node:fs/promises'
import path from 'node:path'

export interface WhichOptions {
  /** Where a program with a slash in it is meant from. */
  readonly cwd: string
  /** The `PATH` to look through. */
  readonly pathVariable: string | undefined
}

/**
 * Absolute path of a program, or `undefined` when there is none that can be executed. Relative folders in PATH
 * are left out: they mean another place in every worktree.
 */
export async function which(program: string, {cwd, pathVariable = ''}: WhichOptions): Promise<string | undefined> {
  if (program === '' || program.includes('\0')) return undefined
  const folders = pathVariable.split(path.delimiter).filter((folder) => path.isAbsolute(folder))
  const candidates = program.includes('/') ? [path.resolve(cwd, program)] : folders.map((folder) => path.join(folder, program))
  for (const candidate of candidates) if (await isExecutable(candidate)) return candidate
  return undefined
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
