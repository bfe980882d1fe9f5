import {existsSync, realpathSync} from 'node:fs'
import module from 'node:module'
import {homedir, tmpdir} from 'node:os'
import {isAbsolute, join, relative} from 'node:path'
import {getAsset, getRawAsset} from 'node:sea'
import {EXIT} from '../errors.ts'
import type {Archive} from './archive.ts'
import {cacheFolders} from './cache-folder.ts'
import {openApp, type Cargo, type OpenedApp} from './open-app.ts'

/**
 * What the executable runs: it unpacks the app once, and starts it as Node starts an installed one. For npm, which it
 * carries too, it is a plain Node: when its first argument is a script of its own.
 */
function main(): void {
  const args = process.argv.slice(2)
  const [word = ''] = args
  const uid = process.getuid?.() ?? -1
  const folders = cacheFolders({env: process.env, platform: process.platform, home: readHome(), tmp: tmpdir(), uid})
  const cargo = readCargo()
  const app = openApp(cargo, {folders, uid, needsNpm: word === 'plugins' || isScript(word), isQuick: QUICK.test(args.join(' '))})
  if (!('root' in app)) return giveUp(app)
  module.enableCompileCache(app.compiled)
  const script = isOwnScript(word, app) ? word : join(app.root, 'bin', 'conduct.js')
  // As Node has it: the runtime, the script, the script's arguments.
  process.argv = [process.execPath, script, ...(script === word ? args.slice(1) : args)]
  module.createRequire(script)(script)
}

/** They load one bundle, and nothing beside it (see `bin/conduct.js`). */
const QUICK = /^(--version|state|tasks|checkpoint list|worktree list)( |$)|(^|\s)--help(\s|$)/

/** npm, and what oclif starts of its own: nothing that anybody else could have written. */
function isOwnScript(word: string, {root}: OpenedApp): boolean {
  if (!isScript(word) || !existsSync(word)) return false
  const path = relative(realpathSync(join(root, '..')), realpathSync(word))
  return !path.startsWith('..') && !isAbsolute(path)
}

function isScript(word: string): boolean {
  return isAbsolute(word) && word.endsWith('.js')
}

/** A user that the system does not know has none. */
function readHome(): string {
  try {
    return homedir()
  } catch {
    return ''
  }
}

function readCargo(): Cargo {
  return {id: getAsset('id', 'utf8'), quick: () => readFiles('quick'), app: () => readArchive('app'), npm: () => readArchive('npm')}
}

function readArchive(name: string): Archive {
  return {files: readFiles(name), bytes: () => new Uint8Array(getRawAsset(`${name}.zst`))}
}

function readFiles(name: string): Archive['files'] {
  return JSON.parse(getAsset(`${name}.json`, 'utf8'))
}

function giveUp(problems: readonly string[]): void {
  const lines = ['Error: conduct finds no folder to unpack itself into.', ...problems.map((problem) => `  ${problem}`)]
  const hint = '  → Name one that you may write to, with 60 MB to spare: CONDUCT_CACHE_DIR=/path/to/folder conduct …'
  process.stderr.write(`${[...lines, hint].join('\n')}\n`)
  process.exitCode = EXIT.ENVIRONMENT
}

main()
