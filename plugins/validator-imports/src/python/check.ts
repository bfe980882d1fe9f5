import type {SourceTree} from '@conduct-cli/source'
import {parseSource} from '@conduct-cli/source'
import {isIgnored} from '../ignored.ts'
import type {CheckImport} from '../problem.ts'
import {folderOf, foldersAbove, remember, type Tree} from '../tree.ts'
import {checkPackage, type Packages} from './packages.ts'
import {isOptional} from './guards.ts'
import {readModules, type Found, type Modules} from './modules.ts'
import {definedNames} from './names.ts'

interface Project {
  readonly tree: Tree
  readonly modules: Modules
  readonly packages: Packages
  /** `undefined`: more than can be read. */
  names(file: string): Promise<ReadonlySet<string> | undefined>
}

/** Checks imports of one tree, and names imported from its modules. */
export async function createPythonCheck(tree: Tree, packages: Packages): Promise<CheckImport> {
  const kept = new Map<string, Promise<ReadonlySet<string> | undefined>>()
  const names = (file: string) => remember(kept, file, () => readNames(file, tree))
  const project: Project = {tree, modules: await readModules(tree), packages, names}
  return async (file, source, imported) => {
    if (imported.kind === 'dynamic' && imported.level > 0) return []
    const {specifier, level} = imported
    const place = {importer: file, source, specifier, parts: specifier.slice(level).split('.').filter(Boolean), names: imported.names}
    if (isOptional(imported, source)) return imported.isTypeOnly ? [] : missingStubs(project, place, level)
    return level > 0 ? checkRelative(project, place, level) : checkAbsolute(project, place)
  }
}

interface Place {
  readonly importer: string
  readonly source: SourceTree
  readonly specifier: string
  readonly parts: readonly string[]
  readonly names: readonly string[]
}

async function readNames(file: string, tree: Tree): Promise<ReadonlySet<string> | undefined> {
  if (!/\.pyi?$/.test(file)) return undefined
  const text = await tree.readText(file)
  const source = text === undefined ? undefined : parseSource(file, text)
  return source && definedNames(source)
}

async function checkRelative(project: Project, place: Place, level: number): Promise<readonly string[]> {
  const base = foldersAbove(folderOf(place.importer))[level - 1]
  if (base === undefined) return [`\`${place.specifier}\` leads above the top of the repository.`]
  const found = project.modules.findIn(base, place.parts)
  return found.kind === 'missing' ? missing(project, place, base, found) : checkNames(project, place, found)
}

async function checkAbsolute(project: Project, place: Place): Promise<readonly string[]> {
  const found = project.modules.find(place.importer, place.parts)
  if (found.kind !== 'missing') return checkNames(project, place, found)
  const problem = await checkPackage(project.packages, project.tree, place.parts[0] ?? '', place.importer)
  if (problem === undefined) return []
  if ((await isGenerated(project, place)) || (await mayBeOnPath(project, place))) return []
  if (found.matched === 0) return [generated(project, place.parts.at(-1) ?? '', place.specifier) ?? problem]
  return missing(project, place, undefined, found)
}

/** Nobody expects that code is missing which the project makes from a file of its own: a `try` around it hides that it was not made. */
async function missingStubs(project: Project, place: Place, level: number): Promise<readonly string[]> {
  const {tree} = project
  const base = level > 0 ? (foldersAbove(folderOf(place.importer))[level - 1] ?? '').split('/').filter(Boolean) : []
  const modules = [place.parts, ...place.names.map((name) => [...place.parts, name])]
  const problems: string[] = []
  for (const parts of modules) {
    const name = parts.at(-1) ?? ''
    const isThere = tree.files.some((file) => file === `${name}.py` || file.endsWith(`/${name}.py`))
    if (isThere || sourceOf(project, name) === undefined || (await isGenerated(project, {...place, parts: [...base, ...parts]}))) continue
    problems.push(...[generated(project, name, parts.join('.')) ?? []].flat())
  }
  return problems
}

/** A setup command may have written it, in any folder that is searched. */
async function isGenerated({tree, modules}: Project, {importer, parts}: Place): Promise<boolean> {
  for (const root of modules.roots(importer)) if (await exists(tree, [...(root === '' ? [] : [root]), ...parts].join('/'))) return true
  return false
}

/** `sys.path` of a program, `PYTHONPATH` of a script: then a module may be found in any folder that has it. */
async function mayBeOnPath({tree, modules}: Project, {importer, source, parts}: Place): Promise<boolean> {
  if (!modules.isAnywhere(parts[0] ?? '')) return false
  if (/\bsys\.path\b|\bsite\.addsitedir\b/.test(source.text)) return true
  const hooks = foldersAbove(folderOf(importer)).flatMap((folder) =>
    ['conftest.py', '__init__.py', 'manage.py'].map((name) => (folder === '' ? name : `${folder}/${name}`)),
  )
  const scripts = tree.files.filter((file) => SCRIPT.test(file)).slice(0, 200)
  const texts = await Promise.all([...hooks, ...scripts].map((file) => tree.readText(file)))
  return texts.some((text) => text !== undefined && /\bsys\.path\b|\bPYTHONPATH\b/.test(text))
}

const SCRIPT =
  /(?:^|\/)(?:Makefile|Dockerfile[\w.-]*|tox\.ini|pyproject\.toml|noxfile\.py|Justfile|package\.json|\.env[\w.-]*)$|\.(?:sh|ya?ml)$/

async function missing(
  project: Project,
  place: Place,
  base: string | undefined,
  found: Extract<Found, {kind: 'missing'}>,
): Promise<readonly string[]> {
  const {tree} = project
  const {parts, specifier} = place
  const stub = generated(project, parts.at(-1) ?? '', specifier)
  const below = parts.slice(found.matched).join('/')
  const folder = base ?? (/\.pyi?$/.test(found.owner) ? folderOf(found.owner) : found.owner)
  const path = [folder === '' ? [] : [folder], base === undefined ? [below] : [parts.join('/')]].flat().join('/')
  if (await exists(tree, path)) return []
  if (stub !== undefined) return [stub]
  if (await isIgnored(`${path}.py`, tree)) return []
  if (/\.pyi?$/.test(found.owner) && !/__init__\.pyi?$/.test(found.owner)) {
    return [`\`${specifier}\` cannot be imported: \`${found.owner}\` is a module, not a package.`]
  }
  return [`\`${specifier}\` cannot be imported: there is no \`${path}.py\`.`]
}

async function exists(tree: Tree, path: string): Promise<boolean> {
  return (await tree.isOnDisk(`${path}.py`)) || (!tree.isFolder(path) && (await tree.isOnDisk(path)))
}

/** Stubs of protocol buffers are often left out: the program that makes them must run. */
function generated(project: Project, name: string, specifier: string): string | undefined {
  const stem = stemOf(name)
  if (stem === undefined) return undefined
  const proto = sourceOf(project, name)
  if (proto === undefined) return `\`${specifier}\` is generated code, and there is neither it nor a \`${stem}.proto\` to make it from.`
  return `\`${specifier}\` is generated from \`${proto}\` and is not there: run \`python -m grpc_tools.protoc\` and commit its output.`
}

const stemOf = (name: string) => /^(.+)_pb2(?:_grpc)?$/.exec(name)?.[1]

function sourceOf({tree}: Project, name: string): string | undefined {
  const stem = stemOf(name)
  return stem === undefined ? undefined : tree.files.find((file) => file.endsWith(`/${stem}.proto`) || file === `${stem}.proto`)
}

async function checkNames(project: Project, place: Place, found: Found): Promise<readonly string[]> {
  if (found.kind === 'missing') return []
  const problems = await Promise.all(place.names.filter((name) => name !== '*').map((name) => checkName(project, place, found, name)))
  return problems.flatMap((problem) => problem ?? [])
}

async function checkName(
  project: Project,
  place: Place,
  found: Exclude<Found, {kind: 'missing'}>,
  name: string,
): Promise<string | undefined> {
  const {modules, tree, packages} = project
  const isPackage = found.kind === 'folder' || /__init__\.pyi?$/.test(found.file)
  const folder = found.kind === 'folder' ? found.folder : folderOf(found.file)
  if (isPackage && modules.findIn(folder, [name]).kind !== 'missing') return undefined
  if (isPackage && (await exists(tree, `${folder}/${name}`))) return undefined
  const names = found.kind === 'file' ? await project.names(found.file) : new Set<string>()
  if (names === undefined || names.has(name)) return undefined
  const stub = isPackage ? generated(project, name, `${place.specifier}.${name}`.replace(/^(\.+)\./, '$1')) : undefined
  if (stub !== undefined) return stub
  if (isPackage && (await isIgnored(`${folder}/${name}.py`, tree))) return undefined
  if (found.kind === 'file') return `\`${name}\` is not defined in \`${found.file}\`, from which it is imported.`
  // A folder without `__init__.py` may be one of several with that name, or hide behind a package that is installed.
  const isElsewhere = modules.find(place.importer, [...place.parts, name]).kind !== 'missing'
  const top = place.parts[0]
  if (isElsewhere || (top !== undefined && !place.specifier.startsWith('.') && (await isInstalled(project, top, place.importer))))
    return undefined
  return `\`${name}\` cannot be imported from \`${place.specifier}\`: there is no \`${folder}/${name}.py\`.`

  async function isInstalled({tree: files}: Project, module: string, importer: string) {
    return (await checkPackage(packages, files, module, importer)) === undefined
  }
}
