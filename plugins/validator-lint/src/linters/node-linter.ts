import {findNodeProgram, foldersAbove, nodeProject} from '@conduct-cli/toolchain'
import type {ValidatorInput} from 'conduct-cli/plugin'
import type {Located, Unit} from '../linter.ts'

/** The project's own installation, never a global one: its rules and plugins belong to its version. */
export async function locateNodeLinter(input: ValidatorInput, {dir}: Unit, program: string, name = program): Promise<Located> {
  if (input.files.includes('.pnp.cjs')) return {argv: ['yarn', 'run', program]}
  const path = await findNodeProgram(input, dir, program)
  if (path !== undefined) return {argv: [path]}
  const {install, add} = await nodeProject(input, dir)
  return {missing: {tool: name, install: (await isListed(input, dir, name)) ? install : `${add} ${name}`}}
}

async function isListed({files, readText}: ValidatorInput, dir: string, name: string): Promise<boolean> {
  const manifests = foldersAbove(dir)
    .map((folder) => (folder === '.' ? 'package.json' : `${folder}/package.json`))
    .filter((file) => files.includes(file))
  const texts = await Promise.all(manifests.map(readText))
  return texts.some((text) => text?.includes(`"${name}"`))
}
