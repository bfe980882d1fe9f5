import {lstat, readFile, readdir, realpath, symlink} from 'node:fs/promises'
import {dirname, join, posix, sep} from 'node:path'
import type {TreeReader} from '../git/tree.ts'

export interface Loan {
  /** The person's checkout. */
  readonly from: string
  /** A checkout of the base. */
  readonly to: string
  readonly tree: Pick<TreeReader, 'files' | 'changedFiles' | 'baseFiles'>
}

const NODE = /^(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-(?:lock|workspace)\.yaml|bun\.lockb?)$/
const PYTHON = /^(?:pyproject\.toml|setup\.(?:py|cfg)|(?:.*-)?requirements.*\.txt|poetry\.lock|uv\.lock|pdm\.lock|Pipfile(?:\.lock)?)$/

/**
 * Links what was installed in one checkout into another one. Not where the commits differ in what is to be installed, and not
 * what leads back into the person's files: the base would be tested with the code of today.
 */
export async function lendDependencies({from, to, tree}: Loan): Promise<void> {
  const isThere = new Set(tree.files)
  const changed = [...tree.changedFiles, ...(tree.baseFiles ?? []).filter((file) => !isThere.has(file))]
  const lend = async (dir: string, isSafe: (path: string, root: string) => Promise<boolean>) => {
    const path = join(from, dir)
    if ((await isFolder(path)) && (await isFolder(dirname(join(to, dir)))) && (await isSafe(path, from))) await link(path, join(to, dir))
  }
  if (!changed.some(isNamed(NODE))) for (const dir of foldersOf(tree.files, NODE)) await lend(posix.join(dir, 'node_modules'), staysInside)
  if (changed.some(isNamed(PYTHON))) return
  for (const dir of new Set(['.', ...foldersOf(tree.files, PYTHON)])) {
    for (const name of ['.venv', 'venv']) await lend(posix.join(dir, name), isNotEditable)
  }
}

const isNamed = (pattern: RegExp) => (file: string) => pattern.test(posix.basename(file))

function foldersOf(files: readonly string[], pattern: RegExp): readonly string[] {
  return [...new Set(files.filter(isNamed(pattern)).map((file) => posix.dirname(file)))]
}

/** What the base has itself in that place stays. */
async function link(path: string, place: string): Promise<void> {
  await symlink(path, place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

/** No package in it is a link to the project's own code, as those of workspaces are. */
async function staysInside(path: string, root: string): Promise<boolean> {
  const folders = [path, join(path, '.pnpm', 'node_modules')]
  const scopes = (await Promise.all(folders.map(list))).flat().filter((entry) => entry.name.startsWith('@'))
  const scoped = await Promise.all(scopes.map(({parentPath, name}) => list(join(parentPath, name))))
  const entries = [...(await Promise.all(folders.map(list))).flat(), ...scoped.flat()]
  const links = entries.filter((entry) => entry.isSymbolicLink()).map(({parentPath, name}) => join(parentPath, name))
  const targets = await Promise.all(links.map((file) => realpath(file).catch(() => file)))
  return targets.every((target) => !target.startsWith(`${root}${sep}`) || target.includes(`${sep}node_modules${sep}`))
}

/** Nothing is installed there as a reference to the project's own code (`pip install --editable`). */
async function isNotEditable(path: string, root: string): Promise<boolean> {
  const versions = await list(join(path, 'lib'))
  const entries = await Promise.all(versions.map(({parentPath, name}) => list(join(parentPath, name, 'site-packages'))))
  const pointers = entries.flat().filter(({name}) => /\.pth$|\.egg-link$|^__editable__/.test(name))
  const texts = await Promise.all(pointers.map(({parentPath, name}) => readFile(join(parentPath, name), 'utf8').catch(() => '')))
  return texts.every((text) => !text.includes(root))
}

const list = (folder: string) => readdir(folder, {withFileTypes: true}).catch(() => [])

const isFolder = async (path: string) => (await lstat(path).catch(() => undefined))?.isDirectory() ?? false
