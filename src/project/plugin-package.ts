import {createHash} from 'node:crypto'
import {copyFile, readFile, readdir, stat, writeFile} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {messageOf} from '../errors.ts'
import {runNpm, type NpmRequest} from './npm.ts'
import type {PluginAddress} from './plugin-address.ts'
import {notInstalled, refusal} from './plugin-errors.ts'

/** A package as it is to be installed. */
export interface FetchedPlugin {
  readonly name: string
  readonly version: string
  /** Absolute: the package, with what it depends on beside it. */
  readonly folder: string
  /** Absolute; absent when the registry has it. */
  readonly tarball?: string
}

/**
 * Installs a plugin where nobody uses it, to look at it. What does not come from a registry becomes a tarball first: what lies
 * at its address later makes no difference then.
 *
 * @param stage an empty folder
 * @throws {ConductError} `PLUGIN_NOT_INSTALLED`
 */
export async function fetchPlugin(address: PluginAddress, stage: string, npm: Omit<NpmRequest, 'cwd'>): Promise<FetchedPlugin> {
  const run = async (...args: readonly string[]) => {
    const result = await runNpm(args, {...npm, cwd: stage})
    if (!result.ok) throw notInstalled(address, result)
  }
  const tarball = address.type === 'name' ? undefined : await pack(address, stage, run)
  await writeFile(join(stage, 'package.json'), '{"private": true}')
  await run('install', '--omit=dev', '--', tarball ?? specOf(address))
  const {dependencies = {}} = await readManifest(stage)
  const [name = ''] = Object.keys(dependencies)
  const folder = join(stage, 'node_modules', name)
  const {version = '0.0.0'} = await readManifest(folder)
  return {name, version, folder, ...(tarball === undefined ? {} : {tarball})}
}

type Run = (...args: readonly string[]) => Promise<void>

async function pack(address: Exclude<PluginAddress, {type: 'name'}>, stage: string, run: Run): Promise<string> {
  if (address.type === 'path' && (await isFile(address.path))) {
    const copy = join(stage, `${await hashOf(address.path)}.tgz`)
    await copyFile(address.path, copy)
    return copy
  }
  if (address.type === 'path') await assertPackage(address.path)
  await run('pack', '--pack-destination', stage, '--', specOf(address))
  const file = (await readdir(stage)).find((name) => name.endsWith('.tgz')) ?? ''
  return join(stage, file)
}

function specOf(address: PluginAddress): string {
  if (address.type === 'path') return address.path
  return address.type === 'url' ? address.url : `${address.name}@${address.tag}`
}

async function isFile(path: string): Promise<boolean> {
  const info = await stat(path).catch((error: unknown) => {
    throw refusal(`There is nothing to install at ${path}.`, ['Name a folder that has a package.json, or a tarball of `npm pack`.'], error)
  })
  return info.isFile()
}

/** Said here, since npm speaks of its own files. */
async function assertPackage(folder: string): Promise<void> {
  const {name, version} = await readManifest(folder)
  if (name === undefined || version === undefined)
    throw refusal(`${join(folder, 'package.json')} has no ${name === undefined ? 'name' : 'version'}.`, ['A plugin is an npm package.'])
}

export interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly oclif?: {readonly plugins?: readonly (string | {readonly name?: string})[]}
}

/** @throws {ConductError} `PLUGIN_NOT_INSTALLED` when the folder has no package.json that can be read */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, 'package.json')
  try {
    // npm writes and reads the same members, of the same types; anything else is refused by it.
    return JSON.parse(await readFile(file, 'utf8')) as Manifest
  } catch (error) {
    throw refusal(`Cannot read ${file}: ${messageOf(error)}`, ['A plugin is an npm package: a folder with a package.json.'], error)
  }
}

/** The same content has the same name. */
export async function hashOf(file: string): Promise<string> {
  return `${basename(file).replace(/\.(tgz|tar\.gz)$/, '')}-${createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, 12)}`
}
