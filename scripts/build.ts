import {chmod, glob, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Config, Plugin as OclifPlugin, settings} from '@oclif/core'
import {build, type BuildOptions, type Metafile, type Plugin} from 'esbuild'
import {lazyOclif} from './lazy-oclif.ts'
import {writeNotices} from './notices.ts'

/** Builds `dist/` of the CLI and of each plugin, and the manifest that spares oclif reading every command. */

const root = fileURLToPath(new URL('..', import.meta.url))
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.18',
  legalComments: 'none',
  logLevel: 'warning',
} as const

/** Loaded by oclif as plugins of their own; and what cosmiconfig tries where the runtime cannot read TypeScript: both of ours can. */
const EXTERNAL = ['@oclif/plugin-help', '@oclif/plugin-plugins', 'typescript']

/**
 * Large, and needed by those alone who have such a file, such a store or such a client: each is in a file of its own, with all that it
 * needs, so that nobody has to install the rest of their packages.
 */
const APART: Readonly<Record<string, readonly string[]>> = {
  cosmiconfig: ['cosmiconfig'],
  ioredis: ['ioredis'],
  'mcp-server': ['@modelcontextprotocol/server', '@modelcontextprotocol/server/stdio'],
}

/** Far smaller, or there at all, for what little oclif asks of them. */
const STAND_INS = {
  debug: './scripts/stand-ins/debug.cjs',
  minimatch: './scripts/stand-ins/minimatch.cjs',
  'wsl-utils': './scripts/stand-ins/wsl-utils.cjs',
}

/** Commands that only look at records, with all that help needs: see `bin/conduct.js`. */
const QUICK = ['autocomplete/words.ts', 'checkpoint/list.ts', 'state.ts', 'tasks.ts', 'worktree/list.ts']

/**
 * Two files, each with all that it needs: to find and link a file takes longer than to run it. What a command does not
 * reach is not evaluated, since each command, and whatever is imported with `import()`, is wrapped in a function of its
 * own. CommonJS, because imports of Node's own modules can then wait as well.
 */
async function buildCli() {
  const files = (await Array.fromAsync(glob('**/*.ts', {cwd: join(root, 'src/commands')}))).sort()
  const cli = {
    ...shared,
    format: 'cjs',
    external: EXTERNAL,
    alias: STAND_INS,
    minify: true,
    banner: {js: "const __meta = {get url() { return require('node:url').pathToFileURL(__filename).href }};"},
    define: {'import.meta': '__meta'},
  } as const
  await rm(join(root, 'dist.draft'), {recursive: true, force: true})
  await bundle({...cli, plugins: [lazyOclif, keptApart], ...entry('conduct', files, files)})
  await bundle({...cli, plugins: [lazyOclif, keptApart, withoutWriters], ...entry('quick', QUICK, files)})
  for (const [name, modules] of Object.entries(APART)) {
    const contents = (await Promise.all(modules.map(exportAll))).join('\n')
    await bundle({...cli, stdin: {contents, resolveDir: root}, outfile: `dist.draft/${name}.cjs`})
  }
  await bundle({...shared, entryPoints: ['src/plugin.ts'], outfile: 'dist.draft/plugin.js'})
  // With all that it needs, too: a plugin that is tested need not have installed what conduct depends on.
  await bundle({...cli, external: [], entryPoints: ['src/plugin-testing.ts'], outfile: 'dist.draft/plugin-testing.cjs'})
  // Whoever runs conduct at this moment finds the old files or the new ones, hardly ever none.
  await rm(join(root, 'dist'), {recursive: true, force: true})
  await rename(join(root, 'dist.draft'), join(root, 'dist'))
}

/** oclif asks the table for the one command that it runs, so the getters of the others are never called. */
function entry(name: string, own: readonly string[], all: readonly string[]) {
  const getters = own.map((file) => `get '${commandId(file)}'() { return require('./src/commands/${file}').default }`)
  const table = JSON.stringify({file: `./dist/${name}.cjs`, commands: all.map(commandId)})
  const lines = [
    "import {dirname} from 'node:path'",
    "import {startCli} from './src/main.ts'",
    // oclif finds it by name, where words are no command of ours and may be one of a plugin.
    "export const commandNotFound = async (words) => (await import('./src/ui/unknown-command.ts')).commandNotFound(words)",
    `export const COMMANDS = {${getters.join(',')}}`,
    `export const start = () => startCli({...${table}, root: dirname(__dirname), load: (id) => COMMANDS[id]})`,
  ]
  return {stdin: {contents: lines.join('\n'), resolveDir: root}, outfile: `dist.draft/${name}.cjs`}
}

const metafiles: Metafile[] = []

/** Keeps what went into it, for the notices. */
async function bundle(options: BuildOptions): Promise<void> {
  metafiles.push((await build({...options, metafile: true})).metafile)
}

/** `checkpoint/index.ts` is `checkpoint`, `checkpoint/list.ts` is `checkpoint:list`. */
function commandId(file: string): string {
  return file
    .replaceAll('\\', '/')
    .replace(/(\/index)?\.ts$/, '')
    .replaceAll('/', ':')
}

/** By name: Node sees no names of CommonJS behind `export *`, and `import()` asks it for them. */
async function exportAll(module: string): Promise<string> {
  const names = Object.keys(await import(module)).filter((name) => !['default', 'module.exports'].includes(name))
  return `export {${names.join(',')}} from '${module}'`
}

const keptApart: Plugin = {
  name: 'kept-apart',
  setup({onResolve}) {
    for (const [name, modules] of Object.entries(APART))
      onResolve({filter: new RegExp(`^(${modules.join('|')})$`)}, () => ({path: `./${name}.cjs`, external: true}))
  },
}

/** What the app imports to write: the whole orchestrator, which no command that only looks ever reaches. */
const withoutWriters: Plugin = {
  name: 'without-writers',
  setup({onResolve, onLoad}) {
    const isWriter = /^(\.\/run\/(freeze|with-lease)|\.\/validators\/select|\.\.\/plugins)\.ts$/
    onResolve({filter: isWriter}, ({path, kind}) => (kind === 'dynamic-import' ? {path, namespace: 'absent'} : undefined))
    onLoad({filter: /.*/, namespace: 'absent'}, ({path}) => ({
      contents: `throw new Error('Internal error: ${path} is in the other bundle')`,
    }))
  },
}

/** Read by several of our plugins, and large: one copy that they share, which compiles once and reads each file once. */
const SHARED = '@conduct-cli/source'

async function buildShared() {
  const dir = join(root, 'packages/source')
  await rm(join(dir, 'dist'), {recursive: true, force: true})
  await bundle({...shared, entryPoints: [join(dir, 'src/source.ts')], outfile: join(dir, 'dist/source.js'), minify: true})
}

/** Tests import what is shared as it was written. */
const asBuilt: Plugin = {
  name: 'as-built',
  setup({onResolve}) {
    onResolve({filter: new RegExp(`^${SHARED}$`)}, () => ({path: `${SHARED}/built`, external: true}))
  },
}

/** What a plugin depends on is installed with it; what it only develops with, such as `packages/toolchain`, is built in. */
async function buildPlugins() {
  for (const plugin of await Array.fromAsync(glob('plugins/*/package.json', {cwd: root}))) {
    const dir = join(root, plugin, '..')
    const {dependencies = {}}: {readonly dependencies?: object} = JSON.parse(await readFile(join(root, plugin), 'utf8'))
    await rm(join(dir, 'dist'), {recursive: true, force: true})
    await bundle({
      ...shared,
      entryPoints: [join(dir, 'src/index.ts')],
      outdir: join(dir, 'dist'),
      // What is imported with `import()` waits in a file of its own, with all that it imports.
      splitting: true,
      chunkNames: '[name]',
      external: Object.keys(dependencies),
      plugins: [asBuilt],
      minify: true,
    })
  }
}

async function writeManifest() {
  settings.enableAutoTranspile = false
  const plugin = new OclifPlugin({root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true})
  await plugin.load()
  await writeFile(join(root, 'oclif.manifest.json'), `${JSON.stringify(plugin.manifest, undefined, 2)}\n`)
}

/** What oclif finds out at each start where nobody has prepared it: see `src/prepared-config.ts`. */
async function writeCommands() {
  const {pjson, commands, topics} = await Config.load({root, userPlugins: false, devPlugins: false})
  const {name, version, description, oclif} = pjson
  const {bin, dirname} = oclif
  const table = Object.fromEntries(commands.map((command) => [command.id, command]))
  const prepared = {pjson: {name, version, description, oclif: {bin, dirname}}, commands: table, topics}
  await writeFile(join(root, 'dist/commands.json'), JSON.stringify(prepared))
}

await buildCli()
await buildShared()
await buildPlugins()
await writeNotices(join(root, 'dist'), root, metafiles)
await rm(join(root, 'oclif.manifest.json'), {force: true})
await writeManifest()
await writeCommands()
await chmod(join(root, 'bin/conduct.js'), 0o755)
