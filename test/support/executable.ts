import {copyFileSync, linkSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync, symlinkSync} from 'node:fs'
import {execFileSync} from 'node:child_process'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'

/** The single executable in place of the built CLI: `CONDUCT_TEST_BINARY` is its path. */
export interface Executable {
  readonly program: string
  /** Nobody's: a home that is not there, a PATH with few tools and neither Node nor npm, temporary files of its own. */
  readonly env: Readonly<Record<string, string>>
}

/** What the shell scripts of tests call; those of projects in other languages are added by `CONDUCT_TEST_TOOLS=node,npm`. */
const TOOLS = `git sh bash env cat cp mv rm mkdir touch sleep grep sed awk find kill ls chmod head tail tr wc sort date ln seq ps id make
  diff stat cut setsid dirname basename uname tar gzip mkfifo tee timeout printf true false test expr xargs rmdir sha256sum zsh fish`.split(
  /\s+/,
)

let prepared: Executable | undefined

/** Lies in a folder with spaces in its name, and was moved there after its first start. */
export function executableUnderTest(): Executable | undefined {
  const file = process.env['CONDUCT_TEST_BINARY']
  if (!file) return undefined
  prepared ??= prepareExecutable(file)
  return prepared
}

function prepareExecutable(file: string): Executable {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'conduct-executable-')))
  process.once('exit', () => rmSync(folder, {recursive: true, force: true}))
  const at = (name: string) => join(folder, name)
  for (const name of ['first place', 'second place', 'tools', 'tmp']) mkdirSync(at(name))
  const env = {PATH: at('tools'), HOME: at('nobody'), TMPDIR: at('tmp'), CONDUCT_CACHE_DIR: at('cache')}
  linkTools(at('tools'))
  linkOrCopy(file, at('first place/conduct'))
  execFileSync(at('first place/conduct'), ['--version'], {env, stdio: ['ignore', 'ignore', 'inherit']})
  renameSync(at('first place'), at('second place/of it'))
  return {program: at('second place/of it/conduct'), env}
}

function linkTools(folder: string): void {
  const more = (process.env['CONDUCT_TEST_TOOLS'] ?? '').split(',').filter((name) => name !== '')
  for (const name of [...TOOLS, ...more]) {
    const found = findTool(name)
    if (found !== undefined) symlinkSync(found, join(folder, name))
  }
}

function findTool(name: string): string | undefined {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name))
  return places.find((place) => statSync(place, {throwIfNoEntry: false})?.isFile())
}

/** It is large: another name costs nothing, where both are on one disk. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}
