import {copyFile, mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {messageOf} from '../errors.ts'
import {runNpm, type NpmRequest} from './npm.ts'
import type {PluginAddress} from './plugin-address.ts'
import {notInstalled, refusal} from './plugin-errors.ts'
import {fetchPlugin, hashOf, readManifest, type FetchedPlugin} from './plugin-package.ts'

export interface InstallRequest extends Omit<NpmRequest, 'cwd'> {
  readonly address: PluginAddress
  /** Where oclif looks for what was installed. */
  readonly dataDir: string
  /** Packages that came with conduct: no other takes their place. */
  readonly core: ReadonlySet<string>
}

/** What is kept of a plugin that does not come from a registry. */
const TARBALLS = 'packages'

/**
 * Installs a plugin, or another version of it. It is loaded before anything changes: what does not work is refused, and what
 * was installed stays.
 *
 * @param load loads the package in a folder, and says what it brings
 * @throws {ConductError} `PLUGIN_NOT_INSTALLED`, or what `load` throws
 */
export async function installPlugin<Brought>(
  request: InstallRequest,
  load: (name: string, folder: string) => Promise<Brought>,
): Promise<{readonly name: string; readonly version: string} & Brought> {
  const stage = await mkdtemp(join(tmpdir(), 'conduct-plugin-'))
  try {
    const fetched = await fetchPlugin(request.address, stage, request)
    const {name, version} = fetched
    if (request.core.has(name))
      throw refusal(`${name} is the name of a package that comes with conduct.`, ['Give the plugin a name of its own.'])
    const brought = await load(name, fetched.folder)
    await settle(fetched, request)
    return {name, version, ...brought}
  } finally {
    await rm(stage, {recursive: true, force: true})
  }
}

async function settle({name, version, tarball}: FetchedPlugin, request: InstallRequest): Promise<void> {
  const {address, dataDir} = request
  await prepare(dataDir)
  const kept = tarball && join(dataDir, TARBALLS, `${await hashOf(tarball)}.tgz`)
  if (tarball && kept) await copyFile(tarball, kept)
  const result = await runNpm(['install', '--omit=dev', '--', kept ?? `${name}@${version}`], {...request, cwd: dataDir})
  if (!result.ok) throw notInstalled(address, result)
  await record(dataDir, kept ? {name, type: 'user', url: `file:${kept}`} : {name, type: 'user', tag: tagOf(address)})
  await dropOldTarballs(dataDir)
}

function tagOf(address: PluginAddress): string {
  return address.type === 'name' ? address.tag : 'latest'
}

async function prepare(dataDir: string): Promise<void> {
  try {
    await mkdir(join(dataDir, TARBALLS), {recursive: true})
    await writeFile(join(dataDir, 'package.json'), '{"name": "conduct-cli", "private": true}', {flag: 'wx'})
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
    throw refusal(`Cannot write to ${dataDir}: ${messageOf(error)}`, ['Plugins are kept there; XDG_DATA_HOME names another place.'], error)
  }
}

/** As oclif reads it. */
async function record(dataDir: string, entry: {readonly name: string} & Readonly<Record<string, string>>): Promise<void> {
  const manifest = await readManifest(dataDir)
  const {plugins = []} = manifest.oclif ?? {}
  const others = plugins.filter((plugin) => (typeof plugin === 'string' ? plugin : plugin.name) !== entry.name)
  const next = {...manifest, oclif: {schema: 1, ...manifest.oclif, plugins: [...others, entry]}}
  await writeFile(join(dataDir, 'package.json'), JSON.stringify(next, undefined, 2))
}

async function dropOldTarballs(dataDir: string): Promise<void> {
  const {dependencies = {}} = await readManifest(dataDir)
  const used = Object.values(dependencies)
  for (const file of await readdir(join(dataDir, TARBALLS)))
    if (!used.some((spec) => spec.endsWith(`/${file}`))) await rm(join(dataDir, TARBALLS, file), {force: true})
}
