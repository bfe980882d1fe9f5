import assert from 'node:assert/strict'
import {execFileSync, type ChildProcess} from 'node:child_process'
import {readFile, readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {TaskEvent} from '../../src/events.ts'
import {findMarked} from '../../src/process.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import {conduct, startCli, type CliResult, type RunningCli} from './cli.ts'
import {commandConfig, createProject, specText, type Project} from './project.ts'

/** Flags that load `kill-at.ts` into the CLI. */
export const KILL_AT = ['--import', fileURLToPath(new URL('kill-at.ts', import.meta.url))]

/** A small task with everything in it: two phases, three modules, a conflict, and a phase that must be repaired once. */
const SPEC = specText([
  {name: 'Sides', modules: ['left', 'right'], test: 'test -f left.txt && test -f right.txt', criteria: ['shared.txt exists']},
  {name: 'Top', modules: ['top'], test: 'grep -q mended top.txt'},
])

/**
 * Says in the ledger, outside the repository, that it was launched. What it writes depends on its task alone. The module
 * that `HOLD` names says `ready` on the pipe `PIPE` and waits there, with a child that has left its process group.
 */
const AGENT = `#!/bin/sh
cat > /dev/null
echo "$CONDUCT_ROLE $CONDUCT_MODULE" >> "$LEDGER"
if test "$CONDUCT_ROLE $CONDUCT_MODULE" = "implementation-executor $HOLD"; then
  echo half > half.txt
  setsid sleep 600 < /dev/null > /dev/null 2>&1 &
  echo ready > "$PIPE"
  read answer < "$PIPE"
  rm half.txt
fi
case "$CONDUCT_ROLE" in
  implementation-executor)
    echo "$CONDUCT_MODULE" > "$CONDUCT_MODULE.txt"
    test "$CONDUCT_MODULE" = top || echo "$CONDUCT_MODULE" > shared.txt ;;
  synthesis-architect) printf 'left\\nright\\n' > shared.txt ;;
  fix-executor) echo mended > top.txt ;;
esac
`

/** What an uninterrupted run makes. */
export const RESULT: Readonly<Record<string, string>> = {
  'left.txt': 'left\n',
  'right.txt': 'right\n',
  'shared.txt': 'left\nright\n',
  'top.txt': 'mended\n',
}

/** A project whose task can be killed at any moment. */
export interface CrashProject extends Project {
  /** Where agents note that they were launched. */
  readonly ledger: string
  /** Where an agent that is held says that it is ready. */
  readonly pipe: string
  /** Of an uninterrupted run. */
  readonly tree: string
  readonly env: Readonly<Record<string, string>>
}

/** Makes the project. */
export async function createCrashProject(): Promise<CrashProject> {
  const config = commandConfig(['./agent.sh'], {validators: []})
  const {agents, ...rest}: {agents: object} = JSON.parse(config)
  const files = {
    '.spec/SPEC.md': SPEC,
    'agent.sh': AGENT,
    'conduct.config.json': JSON.stringify({...rest, agents: {...agents, env: ['LEDGER', 'HOLD', 'PIPE']}}),
    'shared.txt': 'start\n',
  }
  const project = await createProject(files)
  const [ledger, pipe] = [join(project.root, '..', 'ledger'), join(project.root, '..', 'pipe')]
  execFileSync('mkfifo', [pipe])
  return {...project, ledger, pipe, env: {LEDGER: ledger, PIPE: pipe}, tree: expectedTree(project)}
}

/** Tree of the result, made beside the checkout with an index of its own. */
function expectedTree({root}: Project): string {
  const git = (args: readonly string[], input?: string) =>
    execFileSync('git', args, {
      cwd: root,
      input: input ?? '',
      encoding: 'utf8',
      env: {...process.env, GIT_INDEX_FILE: join(root, '..', 'expected')},
    }).trim()
  git(['read-tree', 'HEAD'])
  for (const [path, text] of Object.entries(RESULT)) {
    git(['update-index', '--add', '--cacheinfo', `100644,${git(['hash-object', '-w', '--stdin'], text)},${path}`])
  }
  return git(['write-tree'])
}

/** A run whose agent for `module` waits. Resolves when it does; `release` lets it go on. */
export async function startHeld(
  project: CrashProject,
  module: string,
  args: readonly string[] = ['run'],
): Promise<RunningCli & {release(): Promise<void>}> {
  const running = startCli(project, [...args, '--json'], {env: {...project.env, HOLD: module}})
  // Whoever opens the pipe waits for the other side. A run that ends early would leave us waiting: then we say why.
  const early = running.done.then((result) => assert.fail(`ended early: ${result.exitCode} ${result.stdout}${result.stderr}`))
  await Promise.race([waitForHeld(project), early])
  early.catch(() => undefined)
  return {...running, release: () => releaseHeld(project)}
}

/** Resolves when an agent that is held says so. */
export async function waitForHeld({pipe}: CrashProject): Promise<void> {
  assert.equal(await readFile(pipe, 'utf8'), 'ready\n')
}

/** Lets the agent that is held go on. */
export async function releaseHeld({pipe}: CrashProject): Promise<void> {
  await writeFile(pipe, 'go\n')
}

/** Sends a signal to the CLI. Deno's own `child.kill` would report it as what ended the process, whatever that made of it. */
export function send(child: ChildProcess, signal: NodeJS.Signals): void {
  // Gone already, when its pid is unknown or nobody's.
  try {
    if (child.pid !== undefined && child.exitCode === null) process.kill(child.pid, signal)
  } catch {
    return
  }
}

/** Events of the only task of a project; none when it has no task. */
export async function readEvents({stateDir}: Pick<Project, 'stateDir'>): Promise<readonly TaskEvent[]> {
  const store = await openSqliteStore(join(stateDir, 'state.db'))
  try {
    const [task, ...others] = await store.tasks()
    assert.equal(others.length, 0, 'one task at most')
    return task ? await store.read(task.taskId) : []
  } finally {
    await store[Symbol.asyncDispose]()
  }
}

/** Id of the only task of a project. */
export async function taskOf(project: Pick<Project, 'stateDir'>): Promise<string> {
  const [first] = await readEvents(project)
  assert.ok(first?.type === 'task.started')
  return first.task_id
}

/** Lines of the ledger: one for each launch. */
export async function readLedger({ledger}: Pick<CrashProject, 'ledger'>): Promise<readonly string[]> {
  return (await readFile(ledger, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')
}

/** The command that goes on after a kill: `resume`, or `run` again when the kill came before there was a task. */
export async function goOnArguments(project: CrashProject): Promise<readonly string[]> {
  const events = await readEvents(project)
  if (events.length === 0) return ['run', '--json']
  // A process may be killed after all is done: then the task is not the open one any more.
  const isOver = events.at(-1)?.type === 'runner.stopped'
  return ['resume', ...(isOver ? [await taskOf(project)] : []), '--json']
}

/** Goes on after a kill, to the end. */
export async function goOn(project: CrashProject): Promise<CliResult> {
  return conduct(project, await goOnArguments(project), {env: project.env})
}

/** What must be true of a task that was killed (`before`: its log then) and went on to its end. */
export async function assertRecovered(project: CrashProject, before: readonly TaskEvent[] = []): Promise<void> {
  const events = await readEvents(project)
  assert.deepEqual(
    events.map(({version}) => version),
    events.map((_event, index) => index + 1),
    'the log has no gaps',
  )
  assert.deepEqual(events.slice(0, before.length), before, 'no event that was acknowledged is lost')
  assert.equal(events.at(-1)?.type, 'runner.stopped')
  assert.equal(project.git('rev-parse', 'main^{tree}'), project.tree, 'the tree is the one of an uninterrupted run')
  assert.equal(project.git('status', '--porcelain'), '', 'the checkout is clean')
  assert.equal(project.git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length, 1, 'no worktree is left')
  assert.equal(project.git('branch', '--list', 'conduct/*'), '', 'no branch is left')
  assert.doesNotMatch(project.git('fsck', '--strict', '--no-dangling'), /./, 'the repository is whole')
  await assertTidy(project)
  assertNothingTwice(events, await readLedger(project))
}

async function assertTidy(project: CrashProject): Promise<void> {
  assert.deepEqual(await findMarked(await taskOf(project)), [], 'no process is left')
  const inGit = await readdir(join(project.root, '.git'), {recursive: true})
  assert.deepEqual(
    inGit.filter((name) => name.endsWith('.lock')),
    [],
    'no lock is left',
  )
  const inWorktrees = await readdir(join(project.stateDir, 'worktrees'), {recursive: true, withFileTypes: true})
  assert.deepEqual(
    inWorktrees.filter((entry) => !entry.isDirectory()).map(({name}) => name),
    [],
    'no file of a worktree is left',
  )
}

function assertNothingTwice(events: readonly TaskEvent[], ledger: readonly string[]): void {
  const settled = new Set<string>()
  let begun = 0
  for (const event of events) {
    if (event.type === 'attempt.starting') {
      begun += 1
      assert.ok(!settled.has(JSON.stringify(event.subject)), `${JSON.stringify(event.subject)} was committed and is tried again`)
    }
    if (event.type === 'work.committed') settled.add(JSON.stringify(event.subject))
  }
  assert.ok(ledger.length <= begun, 'every launch was in the log before it happened')
  const count = (type: TaskEvent['type']) => events.filter((event) => event.type === type).length
  const counts = {
    merged: count('module.merged'),
    checkpoints: count('checkpoint.created'),
    phases: count('phase.completed'),
    finish: count('finish.merged'),
    completed: count('task.completed'),
  }
  assert.deepEqual(counts, {merged: 3, checkpoints: 2, phases: 2, finish: 1, completed: 1}, 'every step was done once')
}

/** Does `work` for each item, two at a time, and returns what went wrong: one line each. */
export async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<readonly string[]> {
  const [rest, problems] = [[...items], [] as string[]]
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
      await work(item).catch((error: unknown) => problems.push(error instanceof Error ? error.message : String(error)))
    }
  }
  await Promise.all([worker(), worker()])
  return problems
}
