import {chmod, glob, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Plugin, settings} from '@oclif/core'
import {build} from 'esbuild'

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

/** Loaded by oclif as plugins of their own, or (cosmiconfig) CommonJS that is imported late and by name. */
const EXTERNAL = ['@oclif/plugin-help', '@oclif/plugin-plugins', 'cosmiconfig']
/** CommonJS packages in an ES module still call `require`, for built-ins. */
const REQUIRE =
  "import {createRequire as __createRequire} from 'node:module';import {fileURLToPath as __toPath} from 'node:url';import {dirname as __toDir} from 'node:path';const require = __createRequire(import.meta.url), __filename = __toPath(import.meta.url), __dirname = __toDir(__filename);"

async function buildCli() {
  const commands = await Array.fromAsync(glob('src/commands/**/*.ts', {cwd: root}))
  await build({
    ...shared,
    entryPoints: ['src/main.ts', 'src/plugin.ts', ...commands],
    outbase: 'src',
    outdir: 'dist.draft',
    splitting: true,
    // oclif and the rest are bundled: reading some four hundred files takes longer than a short command does.
    external: EXTERNAL,
    banner: {js: REQUIRE},
    chunkNames: 'chunks/[name]-[hash]',
  })
  // Whoever runs conduct at this moment finds the old files or the new ones, hardly ever none.
  await rm(join(root, 'dist'), {recursive: true, force: true})
  await rename(join(root, 'dist.draft'), join(root, 'dist'))
}

async function buildPlugins() {
  for (const plugin of await Array.fromAsync(glob('plugins/*/package.json', {cwd: root}))) {
    const dir = join(root, plugin, '..')
    await rm(join(dir, 'dist'), {recursive: true, force: true})
    await build({...shared, entryPoints: [join(dir, 'src/index.ts')], outfile: join(dir, 'dist/index.js'), packages: 'external'})
  }
}

async function writeManifest() {
  settings.enableAutoTranspile = false
  const plugin = new Plugin({root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true})
  await plugin.load()
  await writeFile(join(root, 'oclif.manifest.json'), `${JSON.stringify(plugin.manifest, undefined, 2)}\n`)
}

await buildCli()
await buildPlugins()
await rm(join(root, 'oclif.manifest.json'), {force: true})
await writeManifest()
await chmod(join(root, 'bin/conduct.js'), 0o755)
