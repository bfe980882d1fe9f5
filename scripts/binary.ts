import {execFile} from 'node:child_process'
import {createHash} from 'node:crypto'
import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs, promisify} from 'node:util'
import {build} from 'esbuild'
import {packArchive} from '../src/binary/archive.ts'
import {toBill} from './binary/bill.ts'
import {readContents} from './binary/contents.ts'
import {fetchNode, type FetchedNode} from './binary/node-of.ts'
import type {Lock} from './binary/packages-of.ts'
import {hostTarget, NODE_VERSION, TARGETS, type Target} from './binary/targets.ts'

/** Makes the executable out of what `npm run build` made: `dist/conduct`, and beside it its checksum and its bill of materials. */

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

async function main(name: string): Promise<void> {
  const target = TARGETS[name]
  if (!target) throw new Error(`There is no Node for ${name}. Targets: ${Object.keys(TARGETS).join(', ')}.`)
  const file = join(root, 'dist', `conduct${name === hostTarget() ? '' : `-${name}`}${target.suffix}`)
  const draft = await mkdtemp(join(tmpdir(), 'conduct-binary-'))
  try {
    const [node, builder] = [await fetchNode(root, target), await fetchNode(root, ownTarget())]
    await inject({node, builder}, file, await writeAssets(draft, builder), draft)
  } finally {
    await rm(draft, {recursive: true, force: true})
  }
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
  await writeFile(`${file}.sha256`, `${sha256}  ${basename(file)}\n`)
  const lock: Lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))
  const version = lock.packages['']?.version ?? ''
  const bundled: readonly string[] = JSON.parse(await readFile(join(root, 'dist/bundled.json'), 'utf8'))
  const bill = toBill({lock, version, sha256, nodeVersion: NODE_VERSION, bundled})
  await writeFile(`${file}.cdx.json`, `${JSON.stringify(bill, undefined, 2)}\n`)
  process.stdout.write(`${file}\n`)
  if (name.startsWith('darwin')) process.stdout.write(`Sign it on a Mac, or it is not run there: codesign --sign - ${basename(file)}\n`)
}

/** What `bin/conduct.js` and the bundle for short commands read. */
const QUICK = /^(bin\/.*|dist\/quick\.cjs|[^/]*\.json|dist\/[^/]*\.json)$/

/** Files by the name that `src/binary/entry.ts` asks for. */
async function writeAssets(draft: string, node: FetchedNode): Promise<Readonly<Record<string, string>>> {
  const contents = await readContents(root)
  const app = packArchive(new Map([...contents.app, ['LICENSE.node', await readFile(node.license)]]))
  const npm = packArchive(contents.npm)
  const id = createHash('sha256')
    .update(JSON.stringify([app.files, npm.files]))
    .digest('hex')
    .slice(0, 16)
  const assets: Record<string, string | Uint8Array> = {
    id,
    'quick.json': JSON.stringify(app.files.filter(([path]) => QUICK.test(path))),
    'app.json': JSON.stringify(app.files),
    'app.zst': app.bytes,
    'npm.json': JSON.stringify(npm.files),
    'npm.zst': npm.bytes,
  }
  for (const [name, content] of Object.entries(assets)) await writeFile(join(draft, name), content)
  return Object.fromEntries(Object.keys(assets).map((name) => [name, join(draft, name)]))
}

interface Nodes {
  /** Of the target. */
  readonly node: FetchedNode
  /** Of this machine. */
  readonly builder: FetchedNode
}

/** Of this machine. */
function ownTarget(): Target {
  const own = TARGETS[hostTarget()]
  if (!own) throw new Error(`${hostTarget()} cannot make executables. Targets: ${Object.keys(TARGETS).join(', ')}.`)
  return own
}

/** Node of this machine does the work, whatever machine the executable is for. */
async function inject({node, builder}: Nodes, output: string, assets: Readonly<Record<string, string>>, draft: string): Promise<void> {
  const main = join(draft, 'entry.cjs')
  await build({
    absWorkingDir: root,
    entryPoints: ['src/binary/entry.ts'],
    outfile: main,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: `node${NODE_VERSION}`,
    minify: true,
    logLevel: 'warning',
  })
  const settings = {
    main,
    output,
    executable: node.program,
    assets,
    disableExperimentalSEAWarning: true,
    // Compiled code is of one processor and one Node.
    useCodeCache: node.program === builder.program,
  }
  await writeFile(join(draft, 'sea.json'), JSON.stringify(settings))
  await run(builder.program, ['--build-sea', join(draft, 'sea.json')])
  await chmod(output, 0o755)
}

const {values} = parseArgs({options: {target: {type: 'string', default: hostTarget()}}})
try {
  await main(values.target)
} catch (error) {
  process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
