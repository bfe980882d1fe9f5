import {readdir, readFile} from 'node:fs/promises'
import {dirname, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {Action, Asked, Scenario, Turn} from './model-server/scenario.ts'

const RECORDINGS = fileURLToPath(new URL('../../examples/ledger/recordings', import.meta.url))

/** What each prompt is told by: a session that goes on holds the earlier prompts too, so the first that fits counts. */
const ATTEMPTS: readonly (readonly [folder: string, match: string])[] = [
  ['p1/money,transactions/fix-executor-2', '# Fix what the checks found'],
  ['p2/balances/synthesis-architect-1', 'Merging **balances** into the work'],
  ['p1/money/implementation-executor-1', 'implementing the **money** module'],
  ['p1/transactions/implementation-executor-1', 'implementing the **transactions** module'],
  ['p2/journal/implementation-executor-1', 'implementing the **journal** module'],
  ['p2/balances/implementation-executor-1', 'implementing the **balances** module'],
  ['p3/cli/implementation-executor-1', 'implementing the **cli** module'],
]

/**
 * The whole run of `examples/ledger`, for a model that is asked by a real agent: every file that the recordings of the example hold
 * is written with the agent's own tools. The first repair of phase 1 mends one test and breaks another; a second one, in the same
 * session, mends both.
 */
export async function ledgerScript(): Promise<readonly Scenario[]> {
  return Promise.all(ATTEMPTS.map(async ([folder, match]) => ({match, turns: toTurns(await readFiles(join(RECORDINGS, folder, 'files')))})))
}

type Files = Readonly<Record<string, string>>

async function readFiles(folder: string): Promise<Files> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true})
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const read = async (file: string) => [file.slice(folder.length + 1), await readFile(file, 'utf8')] as const
  return Object.fromEntries(await Promise.all(paths.sort().map(read)))
}

function toTurns(files: Files): readonly Turn[] {
  if ('bin/ledger.js' in files) return [work(files), {do: {shell: COMMIT}}, REPORT]
  const money = files['src/money.js']
  const isRepair = money !== undefined && Object.keys(files).length === 1
  if (!isRepair) return [work(files), REPORT]
  return [work({'src/money.js': money.replace('units < 0', 'units <= 0')}), REPORT, work(files), REPORT]
}

const COMMIT = 'chmod +x bin/ledger.js && git add . && git commit --quiet --message="Add the command line"'
const REPORT: Turn = {say: 'It is built, and its tests pass.'}
/** Agents refuse to write over a file that they have not read, and not every one makes a folder for it. */
const NEEDS_SHELL = /^src\/(?:index|money)\.js$|^README\.md$|^bin\//

function work(files: Files): Turn {
  return {say: 'I write it.', do: (asked) => Object.entries(files).map(([path, content]) => toAction(worktreeIn(asked), path, content))}
}

function toAction(worktree: string, path: string, content: string): Action {
  if (!NEEDS_SHELL.test(path)) return {write: {path: resolve(worktree, path), content}}
  return {shell: `mkdir -p ${dirname(path)} && cat > ${path} <<'END'\n${content}END`}
}

/** As every prompt names it. */
function worktreeIn({text}: Asked): string {
  const [, path] = /Working directory: `([^`]+)`/.exec(text) ?? []
  if (path === undefined) throw new Error('the prompt names no working directory')
  return path
}
