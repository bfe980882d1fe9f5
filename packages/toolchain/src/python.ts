import {access} from 'node:fs/promises'
import {join, posix} from 'node:path'
import {foldersAbove} from './folders.ts'
import type {ProjectTree} from './tree.ts'

const ENVIRONMENTS = ['.venv', 'venv']

/** Absolute path of a program in the virtual environment of the folder, or of one above it. */
export async function findPythonProgram({cwd, files}: ProjectTree, dir: string, name: string): Promise<string | undefined> {
  for (const folder of foldersAbove(dir)) {
    for (const environment of ENVIRONMENTS) {
      const relative = posix.join(folder, environment, 'bin', name)
      // What is tracked there came with the tree and is not believed.
      if (!files.includes(relative) && (await exists(join(cwd, relative)))) return join(cwd, relative)
    }
  }
  return undefined
}

interface PythonTree extends ProjectTree {
  exec(argv: readonly string[]): Promise<{readonly exitCode: number | null; readonly stdout: string; readonly stderr: string}>
}

/** Python 3 of the folder's virtual environment, else of the PATH: a program to start, `undefined` when there is none. */
export async function findPython(tree: PythonTree, dir: string): Promise<string | undefined> {
  const own = await findPythonProgram(tree, dir, 'python')
  for (const python of own ? [own] : ['python', 'python3']) {
    const {exitCode, stdout, stderr} = await tree.exec([python, '--version'])
    if (exitCode === 0 && `${stdout}${stderr}`.startsWith('Python 3')) return python
  }
  return undefined
}

/** What to type to get a package: by the project's own manager where it has one. */
export function pythonInstall({files}: Pick<ProjectTree, 'files'>, dir: string, name: string, python = 'python3'): string {
  const has = (file: string) => foldersAbove(dir).some((folder) => files.includes(posix.join(folder, file)))
  if (has('uv.lock')) return 'uv sync'
  if (has('poetry.lock')) return 'poetry install'
  if (has('pdm.lock')) return 'pdm install'
  if (has('Pipfile.lock')) return 'pipenv install --dev'
  return `${python} -m pip install ${name}`
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
