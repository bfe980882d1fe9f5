import {posix} from 'node:path'
import {foldersAbove, nearestFolder} from '@conduct-cli/toolchain'
import {TEST_FILE} from './python-tests.ts'

/** Each configured folder by itself, and from the root what lies in none of them. Every run has a report of its own. */
export function pytestScript(files: readonly string[], configured: readonly string[], python: readonly string[]): string {
  const command = `${python.map(quote).join(' ')} -m pytest`
  const folders = new Set(configured)
  if (folders.size === 0 || folders.has('.')) return plain(command)
  const isOutside = files.some((file) => TEST_FILE.test(file) && nearestFolder(file, folders) === undefined)
  const rest = isOutside ? [{dir: '.', command: `${command} ${configured.map((dir) => `--ignore=${place(dir)}`).join(' ')}`}] : []
  return oneByOne([...configured.map((dir) => ({dir, command})), ...rest])
}

/** `discover` goes down into packages only, so folders that are none are each a beginning. */
export function unittestScript(files: readonly string[], python: readonly string[]): string {
  const command = `${python.map(quote).join(' ')} -m unittest discover`
  const packages = new Set(files.filter((file) => posix.basename(file) === '__init__.py').map((file) => posix.dirname(file)))
  const tests = files.filter((file) => TEST_FILE.test(file))
  // The default pattern is `test*.py`.
  const pattern = tests.some((file) => file.endsWith('_test.py')) ? " -p '*test*.py'" : ''
  const begins = tests.map((file) => beginOf(posix.dirname(file), packages))
  const runs = [...new Set(begins)].sort().map((dir) => ({dir: '.', command: `${command} -s ${place(dir)}${pattern}`}))
  return runs.length === 1 && runs[0] ? plain(runs[0].command) : oneByOne(runs)
}

function beginOf(dir: string, packages: ReadonlySet<string>): string {
  return foldersAbove(dir).find((folder) => !packages.has(folder)) ?? '.'
}

interface Run {
  readonly dir: string
  readonly command: string
}

function oneByOne(runs: readonly Run[]): string {
  const lines = runs.map(({dir, command}, index) => `(cd ${place(dir)} && export CONDUCT_SUITE=-${index + 1} && ${command}) || failed=1`)
  return ['failed=0', ...lines, 'exit $failed'].join('\n')
}

/** Nothing to quote in what a person would type. */
const plain = (command: string): string => command.replaceAll(/'(?:\.\/)?([\w./-]+)'/g, '$1')

/** The names of folders come from the tree, which an agent wrote; none looks like a flag. */
const place = (dir: string): string => quote(dir === '.' ? dir : `./${dir}`)

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
