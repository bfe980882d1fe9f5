import {isBuiltin} from 'node:module'
import {folderOf, foldersAbove, type Tree} from '../tree.ts'
import type {Place, Project} from './check.ts'
import type {Manifest} from './manifests.ts'

/** `@scope/name` or `name` of a specifier. */
export function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

const PACKAGE_NAME = /^(?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9][\w.~-]*$/i
/** Given by the program that runs the file. */
const GIVEN = /^(?:k6|vscode|bun|electron|obsidian|photoshop|uxp|\$app|\$env|\$lib|\$service-worker)$/
/** Newer than the Node that this runs on may be. */
const NODE_ONLY = /^node:(?:test|test\/reporters|sqlite|sea|ffi|quic|stream\/iter|zlib\/iter|vfs)$/

/** A module that is no file of this tree must be Node's, or declared; and where packages are installed at all, installed. */
export async function checkPackage(project: Project, place: Place, name: string): Promise<readonly string[]> {
  const {specifier, importer, settings} = place
  if (specifier.startsWith('node:'))
    return isBuiltin(specifier) || NODE_ONLY.test(specifier) ? [] : [`Node has no module \`${specifier}\`.`]
  if (isBuiltin(specifier) || GIVEN.test(name) || project.manifests.own.has(name)) return []
  const above = project.manifests.above(importer)
  if (above.some(({declared}) => declared.has(name))) return checkInstalled(project.tree, place, name, above)
  if (
    isTypesOnly(name, place, above) ||
    settings.mapped.some((key) => (key.endsWith('/') ? specifier.startsWith(key) : specifier === key || specifier.startsWith(`${key}/`)))
  )
    return []
  if (isConfigured(specifier, name, place) || (await isDeclaredElsewhere(specifier, name, project.tree))) return []
  return [await notDeclared(project.tree, place, name, above)]
}

function isTypesOnly(name: string, {importer}: Place, above: readonly Manifest[]): boolean {
  const types = `@types/${name.replace(/^@/, '').replace('/', '__')}`
  return /\.[cm]?tsx?$/.test(importer) && above.some(({declared}) => declared.has(types))
}

/** A bundler, a test runner or a framework has an alias for it: a word in its configuration is enough. */
function isConfigured(specifier: string, name: string, {settings: {bundlers}}: Place): boolean {
  if (bundlers === '') return false
  const first = specifier.split('/')[0] ?? ''
  return (
    !PACKAGE_NAME.test(name) ||
    [first, name].some((word) => bundlers.includes(`'${word}`) || bundlers.includes(`"${word}`) || bundlers.includes(`^${word}`))
  )
}

/** `declare module 'x'`, or an import map of a page. */
async function isDeclaredElsewhere(specifier: string, name: string, tree: Tree): Promise<boolean> {
  const files = tree.files.filter((file) => /\.d\.[cm]?ts$|\.html?$|\.importmap$|import[-_]map[\w.-]*\.json$/.test(file))
  const texts = await Promise.all(files.map((file) => tree.readText(file)))
  return texts.some((text = '', index) => {
    if (files[index]?.endsWith('ts'))
      return [...text.matchAll(/\bdeclare\s+module\s+["']([^"'\n]+)["']/g)].some(([, declared]) => declared === specifier)
    return (
      /importmap|"imports"/.test(text) && (text.includes(`"${specifier}"`) || text.includes(`"${name}"`) || text.includes(`"${name}/"`))
    )
  })
}

async function notDeclared(tree: Tree, {importer}: Place, name: string, above: readonly Manifest[]): Promise<string> {
  const [nearest] = above
  if (!PACKAGE_NAME.test(name)) return `\`${name}\` is no package, and nothing configures it as an alias.`
  if (nearest === undefined) return `No \`package.json\` above this file declares \`${name}\`.`
  const manifest = nearest.folder === '' ? 'package.json' : `${nearest.folder}/package.json`
  const state = (await isInstalled(tree, importer, name)) ? 'is installed here, but not declared' : 'is not declared'
  return `\`${name}\` ${state} in \`${manifest}\`: run \`${installCommand(tree, importer)} ${name}\`.`
}

function installCommand(tree: Tree, importer: string): string {
  const isTest = /(?:^|\/)(?:tests?|__tests__|spec)\/|[._](?:test|spec)\.\w+$/.test(importer)
  if (tree.has('pnpm-lock.yaml')) return isTest ? 'pnpm add -D' : 'pnpm add'
  if (tree.has('yarn.lock')) return isTest ? 'yarn add -D' : 'yarn add'
  if (tree.has('bun.lock') || tree.has('bun.lockb')) return isTest ? 'bun add -d' : 'bun add'
  return isTest ? 'npm install --save-dev' : 'npm install'
}

/** Where no package at all is installed, setup did not run here, and that is not the fault of an import. */
async function checkInstalled(tree: Tree, {importer}: Place, name: string, above: readonly Manifest[]): Promise<readonly string[]> {
  if (!above.some(({always}) => always.has(name)) || (await tree.isOnDisk('.pnp.cjs'))) return []
  const folders = modulesAbove(importer)
  const isSetUp = (await Promise.all(folders.map((folder) => tree.isOnDisk(folder)))).includes(true)
  if (!isSetUp || (await isInstalled(tree, importer, name))) return []
  return [`\`${name}\` is declared but not installed: run \`${installCommand(tree, '').split(' ')[0]} install\`, and commit the lock file.`]
}

async function isInstalled(tree: Tree, importer: string, name: string): Promise<boolean> {
  const hits = await Promise.all(modulesAbove(importer).map((folder) => tree.isOnDisk(`${folder}/${name}`)))
  return hits.includes(true)
}

function modulesAbove(importer: string): readonly string[] {
  return foldersAbove(folderOf(importer)).map((folder) => (folder === '' ? 'node_modules' : `${folder}/node_modules`))
}
