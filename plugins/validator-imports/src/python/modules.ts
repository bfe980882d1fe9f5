import {folderOf, foldersAbove, within, type Tree} from '../tree.ts'

/** Where a module of the tree was found. */
export type Found =
  | {readonly kind: 'file'; readonly file: string}
  /** A package without `__init__.py`. */
  | {readonly kind: 'folder'; readonly folder: string}
  /** `matched` parts of its name are in the tree, the next one is not; `owner` is what has no such part. */
  | {readonly kind: 'missing'; readonly matched: number; readonly owner: string}

export interface Modules {
  /** Looks in the folders that Python would search for a module of that file, and in those that projects configure. */
  find(importer: string, parts: readonly string[]): Found
  /** Folders that are searched for a module of that file, nearest first. */
  roots(importer: string): readonly string[]
  /** In one folder, for relative imports. */
  findIn(folder: string, parts: readonly string[]): Found
  /** A module of that name is somewhere, in a folder that may be put on the path when the program runs. */
  isAnywhere(name: string): boolean
}

const PYTHON = /\.(?:pyi?|pyx|so|pyd)$/
const PROJECT = /(?:^|\/)(?:pyproject\.toml|setup\.py|setup\.cfg|manage\.py|conftest\.py|pytest\.ini|tox\.ini|Dockerfile)$/

export async function readModules(tree: Tree): Promise<Modules> {
  const folders = new Set(tree.files.filter((file) => PYTHON.test(file)).flatMap((file) => foldersAbove(folderOf(file))))
  const projects = [...new Set(tree.files.filter((file) => PROJECT.test(file)).map(folderOf))]
  const configured = (await Promise.all(projects.map((folder) => configuredRoots(folder, tree)))).flat()
  const shared = [...new Set([...projects.flatMap(withSources), ...configured])]
  const findIn = (folder: string, parts: readonly string[]) => lookUp(tree, folders, folder, parts)
  const roots = (importer: string) => [...new Set([...foldersAbove(folderOf(importer)).flatMap(withSources), ...shared])]
  return {
    findIn,
    roots,
    find: (importer, parts) => best(roots(importer).map((root) => findIn(root, parts))),
    isAnywhere: (name) => [...folders].some((folder) => findIn(folder, [name]).kind !== 'missing'),
  }
}

function withSources(folder: string): readonly string[] {
  return [folder, ...['src', 'lib', 'python'].map((name) => (folder === '' ? name : `${folder}/${name}`))]
}

/** `where = ["x"]`, `package-dir = {"" = "x"}`, `pythonpath = x`, `from = "x"`: what is quoted there, or stands alone. */
async function configuredRoots(folder: string, tree: Tree): Promise<readonly string[]> {
  const names = ['pyproject.toml', 'setup.cfg', 'setup.py', 'pytest.ini', 'tox.ini'].filter((name) => tree.children(folder).has(name))
  const texts = await Promise.all(names.map((name) => tree.readText(folder === '' ? name : `${folder}/${name}`)))
  const lines = texts.flatMap((text) => (text ?? '').split('\n')).filter((line) => ROOT_SETTING.test(line))
  const words = lines.flatMap((line) => line.slice(line.search(/[=:(]/)).split(/[\s"'=:,[\]{}()]+/))
  return [...new Set(words)].flatMap((word) => {
    const root = word === '' ? undefined : within(folder, word)
    return root !== undefined && tree.isFolder(root) ? [root] : []
  })
}

const ROOT_SETTING =
  /^\s*["']?(?:where|package[-_]dir|pythonpath|python_paths|packages|mypy_path|extraPaths)\b|\bfrom\s*=|package_dir\s*=|^\s*""?\s*=|^\s*=\s*\w/

function lookUp(tree: Tree, folders: ReadonlySet<string>, root: string, parts: readonly string[]): Found {
  let folder = root
  for (const [index, part] of parts.entries()) {
    const path = folder === '' ? part : `${folder}/${part}`
    const file = index === parts.length - 1 ? moduleFile(tree, path) : undefined
    if (file !== undefined) return {kind: 'file', file}
    if (!folders.has(path)) return {kind: 'missing', matched: index, owner: moduleFile(tree, path) ?? moduleFile(tree, folder) ?? folder}
    folder = path
  }
  const init = moduleFile(tree, folder === '' ? '__init__' : `${folder}/__init__`)
  return init === undefined ? {kind: 'folder', folder} : {kind: 'file', file: init}
}

/** A package comes before a module of its name. */
function moduleFile(tree: Tree, path: string): string | undefined {
  const candidates = [`${path}/__init__.py`, `${path}/__init__.pyi`, `${path}.py`, `${path}.pyi`, `${path}.pyx`]
  const known = candidates.find((file) => tree.has(file))
  if (known !== undefined) return known
  const name = path.slice(path.lastIndexOf('/') + 1)
  const binary = [...tree.children(folderOf(path))].find((child) => child.startsWith(`${name}.`) && /\.(?:so|pyd)$/.test(child))
  return binary === undefined ? undefined : `${path}.so`
}

/** A file before a folder, and of those that lead nowhere the one that leads furthest. */
function best(all: readonly Found[]): Found {
  const rank = (found: Found) => (found.kind === 'file' ? 1000 : found.kind === 'folder' ? 999 : found.matched)
  return all.reduce((first, second) => (rank(second) > rank(first) ? second : first))
}
