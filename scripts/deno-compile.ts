import {spawnSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** `deno task compile`: what `npm run build` made, and Deno, in one executable. Deno downloads the part of itself that it puts in. */

const root = fileURLToPath(new URL('..', import.meta.url))
const output = join(root, 'dist/conduct-deno')

/** What is read when it runs. */
const INCLUDED = [
  'dist',
  'schema',
  'src/agents/prompts',
  'examples/plugins',
  'package.json',
  'oclif.manifest.json',
  'node_modules/@conduct-cli',
]

function main(): number {
  if (!existsSync(join(root, 'dist/conduct.cjs'))) return fail('There is no build yet.', 'npm run build')
  const args = ['compile', '--quiet', '--no-check', '--allow-all', ...INCLUDED.flatMap((path) => ['--include', join(root, path)])]
  const options = {cwd: root, encoding: 'utf8', env: {...process.env, NO_COLOR: '1'}} as const
  const {status, stderr} = spawnSync(process.execPath, [...args, '--output', output, join(root, 'bin/conduct.js')], options)
  if (status === 0) return 0
  const [, url] = /error sending request for url \((\S+?)\)/.exec(stderr) ?? []
  if (url !== undefined) return fail(`Deno could not download its base binary from ${url}.`, 'npm run binary (the same with Node in it)')
  return fail(`deno compile failed: ${stderr.trim().split('\n')[0]}`, 'deno compile --help')
}

function fail(problem: string, next: string): number {
  process.stderr.write(`Error: ${problem} Try: ${next}\n`)
  return 1
}

process.exitCode = main()
