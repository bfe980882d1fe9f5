import {parseSource, type SourceImport, type SourceTree} from '@conduct-cli/source'
import {isIgnored} from '../ignored.ts'
import type {CheckImport} from '../problem.ts'
import {folderOf, remember, within, type Tree} from '../tree.ts'
import {exportedNames, type Exported} from './exports.ts'
import {readManifests, type Manifests} from './manifests.ts'
import {checkPackage, packageName} from './packages.ts'
import {inOtherCase, resolveFile, type Mode} from './resolve.ts'
import {createSettings, matchStar, type Settings} from './settings.ts'

/** Where one import stands. */
export interface Place {
  readonly importer: string
  readonly imported: SourceImport
  /** Without what a bundler is told behind `?`. */
  readonly specifier: string
  readonly mode: Mode
  readonly settings: Settings
}

/** What is known of one tree. */
export interface Project {
  readonly tree: Tree
  readonly manifests: Manifests
  exported(file: string): Promise<Exported | undefined>
}

/** Checks imports of one tree, and names imported from its modules. */
export async function createJavaScriptCheck(tree: Tree): Promise<CheckImport> {
  const kept = new Map<string, Promise<Exported | undefined>>()
  const settingsOf = createSettings(tree)
  const exported = (file: string) => remember(kept, file, () => readExports(file, tree))
  const project: Project = {tree, manifests: await readManifests(tree), exported}
  return async (importer, source, imported) => {
    const specifier = imported.specifier.replace(/\?.*$/, '')
    // A scheme that is not Node's is served by a bundler or another runtime, and so are `!` and what begins with `/`.
    if (specifier === '' || /^(?!node:)[\w.+-]+:|[!\0]|^\/|^~icons\//.test(specifier) || isOptional(imported, source)) return []
    const settings = await settingsOf(folderOf(importer))
    const place = {importer, imported, specifier, settings, mode: modeOf(importer, imported, project, settings)}
    if (/^\.\.?(?:\/|$)/.test(specifier)) return checkPath(project, place, within(folderOf(importer), specifier))
    return checkBare(project, place)
  }
}

function isOptional({isGuarded, to}: SourceImport, source: SourceTree): boolean {
  return isGuarded || /^\s*\)?\s*(?:\.then\([^)]*\)\s*)?\.catch\b/.test(source.text.slice(to, to + 200))
}

const LOOSE =
  /^(?:vite|vitest|webpack|rollup|rolldown|esbuild|parcel|next|nuxt|astro|react-scripts|tsup|expo|react-native|metro|gatsby|snowpack|bun|@?bun-types|@types\/bun|tsx|ts-node|jest|babel-jest|@babel\/(?:core|register|node)|@swc-node\/register|@rspack\/.*|@rsbuild\/.*|@sveltejs\/.*|@angular\/.*|@remix-run\/.*|@vue\/cli-service|electron-vite|wrangler)$/

/** What the project uses decides: `type`, `moduleResolution`, a bundler. */
function modeOf(importer: string, {kind}: SourceImport, {manifests}: Project, {bundlers, hasTypeScript, isNode}: Settings): Mode {
  const above = manifests.above(importer)
  const isTypeScript = /\.[cm]?tsx?$/.test(importer)
  const isModule = /\.m[jt]s$/.test(importer) || (above[0]?.isModule === true && /\.[jt]sx?$/.test(importer))
  const isLoose = bundlers !== '' || above.some(({declared}) => [...declared].some((name) => LOOSE.test(name)))
  const isStrict = kind !== 'require' && isModule && !isLoose && (!isTypeScript || !hasTypeScript || isNode)
  return {isStrict, mapsTypes: isTypeScript || !isStrict}
}

async function readExports(file: string, tree: Tree): Promise<Exported | undefined> {
  if (!/\.[cm]?[jt]sx?$/.test(file) || /\.d\.[cm]?ts$/.test(file)) return undefined
  const text = await tree.readText(file)
  const source = text === undefined ? undefined : parseSource(file, text)
  return source && exportedNames(source)
}

async function checkPath(project: Project, place: Place, path: string | undefined): Promise<readonly string[]> {
  if (path === undefined) return [`\`${place.specifier}\` leads out of the repository.`]
  const file = resolveFile(path, place.mode, project.tree)
  return file === undefined ? missing(project, place, path) : checkNames(project, place, file)
}

/** Folders that builds write; when nothing of one is committed, nobody can tell what will be there. */
const BUILT = /(?:^|\/)(?:dist|build|lib|out|esm|cjs|generated|gen|types|\.next|\.svelte-kit|\.nuxt)$/

async function missing({tree}: Project, {specifier, mode}: Place, path: string): Promise<readonly string[]> {
  const loose = mode.isStrict ? resolveFile(path, {isStrict: false, mapsTypes: true}, tree) : undefined
  const ends = ['', '.js', '.ts', '.tsx', '.mjs', '.cjs', '.json', '/index.js', '/index.ts']
  for (const end of loose === undefined && !tree.isFolder(path) ? ends : []) if (await tree.isOnDisk(`${path}${end}`)) return []
  if (await isBuilt(path, tree)) return []
  if (loose !== undefined) return [`\`${specifier}\` must name the file, as ES modules of Node do: it is \`${loose}\`.`]
  const other = inOtherCase(path, tree)
  if (other !== undefined && other !== path) return [`\`${specifier}\` leads nowhere: the file is \`${other}\`.`]
  const proto = /^(.+?)(?:_grpc)?[_.](?:pb|connect|grpc)(?:\.[cm]?[jt]s)?$/.exec(path.slice(path.lastIndexOf('/') + 1))?.[1]
  const contract =
    proto === undefined ? undefined : tree.files.find((file) => file === `${proto}.proto` || file.endsWith(`/${proto}.proto`))
  if (contract !== undefined) return [`\`${specifier}\` is generated from \`${contract}\` and is not there: generate it and commit it.`]
  return [`\`${specifier}\` leads nowhere: there is no \`${path}\`.`]
}

async function isBuilt(path: string, tree: Tree): Promise<boolean> {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) if (BUILT.test(folder) && !tree.isFolder(folder)) return true
  return (await isIgnored(path, tree)) || (await isIgnored(`${path}.js`, tree))
}

async function checkNames(project: Project, {imported, specifier}: Place, file: string): Promise<readonly string[]> {
  if (imported.kind !== 'static' && imported.kind !== 'reexport') return []
  const wanted = imported.names.filter((name) => name !== '*')
  const given = wanted.length === 0 ? undefined : await namesGiven(project, file, new Set())
  if (given === undefined) return []
  return wanted
    .filter((name) => !given.has(name))
    .map((name) => `\`${name}\` is not exported by \`${file}\`, imported as \`${specifier}\`.`)
}

/** With what `export *` passes on; `undefined` when some of that is out of sight. */
async function namesGiven(project: Project, file: string, seen: Set<string>): Promise<ReadonlySet<string> | undefined> {
  if (seen.has(file)) return new Set()
  seen.add(file)
  const exported = await project.exported(file)
  if (exported === undefined) return undefined
  const names = new Set(exported.names)
  for (const specifier of exported.from) {
    const path = specifier.startsWith('.') ? within(folderOf(file), specifier) : undefined
    const target = path === undefined ? undefined : resolveFile(path, {isStrict: false, mapsTypes: true}, project.tree)
    const passed = target === undefined ? undefined : await namesGiven(project, target, seen)
    if (passed === undefined) return undefined
    for (const name of passed) if (name !== 'default') names.add(name)
  }
  return names
}

async function checkBare(project: Project, place: Place): Promise<readonly string[]> {
  const {specifier, settings} = place
  const loose = {isStrict: false, mapsTypes: true}
  for (const {pattern, targets} of settings.paths) {
    const star = matchStar(pattern, specifier)
    const paths = star === undefined ? [] : targets.map((target) => target.replace('*', () => star))
    const file = paths.map((path) => resolveFile(path, loose, project.tree)).find((found) => found !== undefined)
    if (file !== undefined) return checkNames(project, place, file)
    const [path] = paths
    // `*` alone is there for all that is found nowhere else.
    if (path !== undefined && pattern !== '*' && !(await project.tree.isOnDisk(path)) && !path.includes('node_modules'))
      return missing(project, place, path)
  }
  for (const base of settings.baseUrls) {
    const file = resolveFile(base === '' ? specifier : `${base}/${specifier}`, loose, project.tree)
    if (file !== undefined) return checkNames(project, place, file)
  }
  return specifier.startsWith('#') ? checkInternal(project, place) : checkPackage(project, place, packageName(specifier))
}

/** `imports` of the nearest `package.json`. */
async function checkInternal(project: Project, place: Place): Promise<readonly string[]> {
  const {specifier, importer, settings} = place
  const [manifest] = project.manifests.above(importer)
  const entries = Object.entries(manifest?.imports ?? {})
  const fitting = entries.find(([pattern]) => matchStar(pattern, specifier) !== undefined)
  if (fitting === undefined) {
    const isElsewhere = settings.bundlers !== '' || settings.mapped.some((name) => specifier.startsWith(name))
    return isElsewhere ? [] : [`\`${specifier}\` is not among the \`imports\` of a \`package.json\` above this file.`]
  }
  const star = matchStar(fitting[0], specifier) ?? ''
  const targets = pathsIn(fitting[1]).flatMap(
    (target) =>
      within(
        manifest?.folder ?? '',
        target.replaceAll('*', () => star),
      ) ?? [],
  )
  const files = targets.flatMap((target) => resolveFile(target, {isStrict: true, mapsTypes: true}, project.tree) ?? [])
  if (files[0] !== undefined) return files.length === 1 ? checkNames(project, place, files[0]) : []
  return targets[0] === undefined ? [] : missing(project, {...place, mode: {isStrict: false, mapsTypes: true}}, targets[0])
}

/** Every path among the conditions. */
function pathsIn(target: unknown): readonly string[] {
  if (typeof target === 'string') return target.startsWith('.') ? [target] : []
  return typeof target === 'object' && target !== null ? Object.values(target).flatMap(pathsIn) : []
}
