import {createHash} from 'node:crypto'
import {execFileSync} from 'node:child_process'
import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {dirname, join} from 'node:path'
import type {CliOptions} from './cli.ts'
import type {Project} from './project.ts'

/** Environment in which a test has plugins of its own, and npm a cache of its own. */
export function pluginEnv({stateDir}: Pick<Project, 'stateDir'>): NonNullable<CliOptions['env']> {
  const folder = dirname(stateDir)
  return {XDG_DATA_HOME: join(folder, 'data'), XDG_CACHE_HOME: join(folder, 'cache'), npm_config_cache: join(folder, 'npm-cache')}
}

/** Text of a hook that registers one validator, with `run` as the body of its function. */
export function validatorHook(name: string, run = "return {status: 'pass', executed: 1, findings: []}", more = ''): string {
  return `export default async ({addValidator}) => addValidator({name: '${name}', ${more} applies: () => true, async run(input) { ${run} }})\n`
}

export interface PluginPackage {
  readonly name: string
  readonly version?: string
  readonly scripts?: Readonly<Record<string, string>>
}

/** Writes the package of a plugin whose hook is `index.js`. */
export async function writePlugin(folder: string, {name, version = '1.2.3', scripts = {}}: PluginPackage, hook: string): Promise<void> {
  const manifest = {name, version, type: 'module', scripts, oclif: {hooks: {'conduct:register': './index.js'}}}
  await mkdir(folder, {recursive: true})
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(folder, 'index.js'), hook)
}

/** Installs it without npm: the files as npm leaves them. */
export async function placePlugin(project: Pick<Project, 'stateDir'>, name: string, hook: string): Promise<void> {
  const data = join(pluginEnv(project).XDG_DATA_HOME ?? '', 'conduct')
  await writePlugin(join(data, 'node_modules', name), {name}, hook)
  const manifest = {
    name: 'conduct-cli',
    private: true,
    dependencies: {[name]: '1.2.3'},
    oclif: {plugins: [{name, tag: 'latest', type: 'user'}]},
  }
  await writeFile(join(data, 'package.json'), JSON.stringify(manifest))
}

/** A tarball as `npm pack` makes it. */
export async function packPlugin(folder: string, file: string): Promise<void> {
  const place = `${folder}.packing`
  await mkdir(place)
  await rename(folder, join(place, 'package'))
  execFileSync('tar', ['-czf', file, '-C', place, 'package'])
  await rm(place, {recursive: true})
}

/** A registry on loopback with one package in it. */
export async function startRegistry(tarball: string, {name, version}: {readonly name: string; readonly version: string}) {
  const data = await readFile(tarball)
  const integrity = `sha512-${createHash('sha512').update(data).digest('base64')}`
  const server = createServer((request, response) => {
    response.setHeader('connection', 'close')
    if (request.url === '/package.tgz') return response.end(data)
    if (decodeURIComponent(request.url ?? '') !== `/${name}`) return response.writeHead(404).end('{}')
    const dist = {tarball: `${url()}/package.tgz`, integrity}
    const manifest = {name, version, dist, type: 'module', scripts: {postinstall: 'exit 1'}, hasInstallScript: true}
    return response.end(JSON.stringify({name, 'dist-tags': {latest: version}, versions: {[version]: manifest}}))
  })
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {url: url(), close: () => new Promise<void>((resolve) => server.close(() => resolve()))}
}
