import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openGit, openRepository, type Git} from '../src/git/git.ts'
import {readRef, updateRefs} from '../src/git/refs.ts'
import {drainTrash} from '../src/git/trash.ts'
import {createWorktree, removeWorktree, type Worktree} from '../src/git/worktrees.ts'
import {makeMerge} from '../src/run/merges.ts'
import {median, medianRatio, timeOf, type Aim, type Measurement} from './measure.ts'

/**
 * What worktrees of a large repository cost: those of a phase, made side by side as a run does, against `git worktree add` in
 * a row; their removal; and the merges of the phase, with receipts, against `git merge`.
 */
export async function measureLargeRepository(options: LargeOptions): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'conduct-bench-'))
  try {
    const bench = await prepare(folder, options)
    const rounds: Round[] = []
    for (let run = 0; run < options.runs; run += 1) rounds.push(await takeRound(bench, run))
    return [
      toMeasurement(`create ${options.trees} worktrees`, rounds, 'create', [{atMost: 0.6}]),
      toMeasurement(`remove ${options.trees} worktrees`, rounds, 'remove'),
      toMeasurement(`merge ${options.trees} branches`, [await takeMerges(bench)], 'merge'),
    ]
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

export interface LargeOptions {
  /** Of 1 KB each, in folders of 100. */
  readonly files: number
  readonly trees: number
  readonly runs: number
}

interface Bench {
  readonly folder: string
  readonly root: string
  readonly git: Git
  readonly head: string
  readonly names: readonly string[]
  plain(...args: readonly string[]): string
}

/** Milliseconds: of plain git, of ours. */
type Pair = readonly [number, number]
type Round = Readonly<Record<string, Pair>>

async function prepare(folder: string, {files, trees}: LargeOptions): Promise<Bench> {
  const root = join(folder, 'project')
  mkdirSync(root)
  const plain = (...args: readonly string[]) => execFileSync('git', args, {cwd: root, encoding: 'utf8'}).trimEnd()
  plain('init', '-q', '-b', 'main')
  plain('config', 'user.name', 'Bench')
  plain('config', 'user.email', 'bench@localhost')
  // One pack, as in a clone: nobody has 50,000 objects in files of their own for long.
  execFileSync('git', ['fast-import', '--quiet'], {cwd: root, input: history(files)})
  plain('reset', '-q', '--hard')
  const repository = await openRepository(root, process.env)
  const git = await openGit({repository, shadowDir: join(folder, 'shadow'), env: process.env})
  const names = Array.from({length: trees}, (_, index) => `m${index}`)
  return {folder, root, git, head: plain('rev-parse', 'HEAD'), names, plain}
}

function history(files: number): string {
  const numbers = Array.from({length: files}, (_, index) => index)
  const text = (number: number) => `line of file ${number}, which is like no other\n`.repeat(30).slice(0, 1023) + '\n'
  const blobs = numbers.map((number) => `blob\nmark :${number + 1}\ndata 1024\n${text(number)}\n`)
  const names = numbers.map((number) => `M 100644 :${number + 1} d${Math.floor(number / 100)}/f${number}.txt\n`)
  return `${blobs.join('')}commit refs/heads/main\ncommitter Bench <bench@localhost> 1700000000 +0000\ndata 5\nStart\n${names.join('')}`
}

/** Who begins changes from round to round: what the first left in the caches and on the disk, the second meets. */
async function takeRound(bench: Bench, run: number): Promise<Round> {
  const isFirst = run % 2 === 0
  const first = isFirst ? await timePlain(bench) : await timeOurs(bench)
  const second = isFirst ? await timeOurs(bench) : await timePlain(bench)
  const [reference, ours] = isFirst ? [first, second] : [second, first]
  return {create: [reference.create, ours.create], remove: [reference.remove, ours.remove]}
}

async function timePlain({folder, names, plain}: Bench) {
  const paths = names.map((name) => ({name, path: join(folder, 'plain', name)}))
  settleDisk()
  const create = await timeOf(() => paths.forEach(({name, path}) => plain('worktree', 'add', '-q', '-b', `work/${name}`, path, 'main')))
  settleDisk()
  const remove = await timeOf(() => paths.forEach(({path}) => plain('worktree', 'remove', path)))
  plain('branch', '-q', '-D', ...names.map((name) => `work/${name}`))
  return {create, remove}
}

async function timeOurs({folder, git, head, names, plain}: Bench) {
  const root = join(folder, 'ours')
  const request = (name: string) => ({
    path: join(root, name),
    root,
    ref: `refs/heads/ours/${name}`,
    sha: head,
    lock: join(folder, 'lock.db'),
  })
  const made: Worktree[] = []
  settleDisk()
  const create = await timeOf(async () => made.push(...(await Promise.all(names.map((name) => createWorktree(git, request(name)))))))
  if (plain('-C', made[0]?.path ?? '', 'status', '--porcelain') !== '') throw new Error('A worktree of ours is not clean.')
  settleDisk()
  const remove = await timeOf(async () => {
    for (const worktree of made) await removeWorktree(git, worktree)
    await drainTrash(git)
  })
  plain('branch', '-q', '-D', ...names.map((name) => `ours/${name}`))
  return {create, remove}
}

/** What was written before is not to be paid for by what is timed next. */
function settleDisk() {
  spawnSync('sync')
}

/** Each branch changes one file and adds another. Ours first: its merges touch no checkout. */
async function takeMerges(bench: Bench): Promise<Round> {
  const {git, head, names, plain} = bench
  const tips = names.map((name, index) => addBranch(bench, name, index))
  const ref = 'refs/heads/integration'
  await updateRefs(git, [{ref, to: head, from: null}])
  const ours = await timeOf(async () => {
    for (const [index, theirs] of tips.entries()) await mergeOurs(git, {ref, base: head, theirs, name: names[index] ?? ''})
  })
  const reference = await timeOf(() => names.forEach((name) => plain('merge', '-q', '--no-ff', '-m', `Merge ${name}`, `branch/${name}`)))
  if (plain('rev-parse', 'HEAD^{tree}') !== plain('rev-parse', `${ref}^{tree}`)) throw new Error('The merges differ.')
  return {merge: [reference, ours]}
}

function addBranch({root, plain}: Bench, name: string, index: number): string {
  plain('switch', '-q', '-c', `branch/${name}`, 'main')
  writeFileSync(join(root, `d${index}`, `new-${name}.txt`), `${name}\n`)
  writeFileSync(join(root, `d${index}`, `f${index * 100}.txt`), `${name} was here\n`)
  plain('add', '-A')
  plain('commit', '-q', '-m', `Add ${name}`)
  const tip = plain('rev-parse', 'HEAD')
  plain('switch', '-q', 'main')
  return tip
}

async function mergeOurs(git: Git, {ref, base, theirs, name}: {ref: string; base: string; theirs: string; name: string}) {
  const ours = (await readRef(git, ref)) ?? base
  const outcome = await makeMerge(git, {base, ours, theirs, message: `Merge ${name}`, trailers: {'Conduct-Step': name}})
  if ('conflicts' in outcome) throw new Error(`The merge of ${name} conflicts.`)
  await updateRefs(git, [{ref, to: outcome.merged, from: ours}])
}

function toMeasurement(name: string, rounds: readonly Round[], part: string, aims?: readonly Aim[]): Measurement {
  const pairs = rounds.flatMap((round) => (round[part] === undefined ? [] : [round[part]]))
  const [plain, ours] = [median(pairs.map(([reference]) => reference)), median(pairs.map(([, time]) => time))]
  const details = {plain_git_ms: Math.round(plain), conduct_ms: Math.round(ours)}
  return {name, ratio: medianRatio(pairs), details, ...(aims === undefined ? {} : {aims})}
}
