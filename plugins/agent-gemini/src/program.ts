import {readFile, realpath} from 'node:fs/promises'
import path from 'node:path'
import {parseLine, toText} from '@conduct-cli/json-fields'
import type {GeminiOptions} from './options.ts'
import type {Variables} from './person.ts'

/** A program named by a path is meant from the project, not from the worktree, where an agent could have written it. */
export function locateProgram({program}: GeminiOptions, projectDir: string): string {
  return program.includes('/') ? path.resolve(projectDir, program) : program
}

/**
 * The version of a gemini that npm installed, from the package that it lies in: to ask it would take as long as to start it.
 *
 * @param program a path, or a name to be looked for on the PATH of `env`
 */
export async function readVersion(program: string, env: Variables): Promise<string | undefined> {
  const folders = program.includes('/') ? [''] : (env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder))
  for (const folder of folders) {
    const file = await realpath(path.join(folder, program)).catch(() => undefined)
    if (file !== undefined) return versionBeside(path.dirname(file))
  }
  return undefined
}

async function versionBeside(folder: string): Promise<string | undefined> {
  const text = await readFile(path.join(folder, '../package.json'), 'utf8').catch(() => '')
  const {name, version} = parseLine(text.replaceAll('\n', ' ')) ?? {}
  return name === '@google/gemini-cli' ? toText(version) : undefined
}
