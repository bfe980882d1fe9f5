import assert from 'node:assert/strict'
import {readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {TaskEvent} from '../../src/events.ts'
import {findMarked} from '../../src/process.ts'
import {openSqliteStore} from '../../src/store/sqlite-store.ts'
import {conduct, type CliResult} from './cli.ts'
import {commandConfig, createProject, specText, type Project} from './project.ts'

/** Flags that load `kill-at.ts` into the CLI. */
export const KILL_AT = ['--import', fileURLToPath(new URL('kill-at.ts', import.meta.url))]

/** A small task with everything in it: two phases, three modules, a conflict, and a phase that must be repaired once. */
const SPEC = specText([
  {name: 'Sides', modules: ['left', 'right'], test: 'test -f left.txt && test -f right.txt', criteria: ['shared.txt exists']},
  {name: 'Top', modules: ['top'], test: 'grep -q mended top.txt'},
])

/** Says in the ledger, outside the repository, that it was launched. What it writes depends on its task alone. */
const AGENT = `#!/bin/sh
cat > /dev/null
echo "$CONDUCT_ROLE $CONDUCT_MODULE" >> "$LEDGER"
case "$CONDUCT_ROLE" in
  implementation-executor)
    echo "$CONDUCT_MODULE" > "$CONDUCT_MODULE.txt"
    test "$CONDUCT_MODULE" = top || echo "$CONDUCT_MODULE" > shared.txt ;;
  synthesis-architect) printf 'left\\nright\\n' > shared.txt ;;
  fix-executor) echo mended > top.txt ;;
esac
`

/** A project whose task can be killed at any moment. */
export interface CrashProject extends Project {
  /** Where agents note that they were launched. */
  readonly ledger: string
  readonly env: Readonly<Record<string, string>>
}

/** Makes the project; `agent` replaces its agent. */
export async function createCrashProject(agent: string = AGENT): Promise<CrashProject> {
  const config = commandConfig(['./agent.sh'])
  const withLedger = JSON.stringify({
    ...JSON.parse(config),
    agents: {...JSON.parse(config).agents, env: ['LEDGER', 'FIFO']},
    validators: [],
  })
  const project = await createProject({
    '.spec/SPEC.md': SPEC,
    'agent.sh': agent,
    'conduct.config.json': withLedger,
    'shared.txt': 'start\n',
  })
  const ledger = join(project.root, '..', 'ledger')
  return {...project, ledger, env: {LEDGER: ledger}}
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

/** Goes on after a kill: `resume`, or `run` again when the kill came before there was a task. */
export async function goOn(
  project: CrashProject,
  execArgv: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const hasTask = (await readEvents(project)).length > 0
  return conduct(project, [hasTask ? 'resume' : 'run', '--json'], {env: {...project.env, ...env}, execArgv})
}

/** What must be true of a task that was killed (`before`: its log then) and went on to its end. */
export async function assertRecovered(project: CrashProject, tree: string, before: readonly TaskEvent[] = []): Promise<void> {
  const events = await readEvents(project)
  assert.deepEqual(
    events.map(({version}) => version),
    events.map((_event, index) => index + 1),
    'the log has no gaps',
  )
  assert.deepEqual(events.slice(0, before.length), before, 'no event that was acknowledged is lost')
  assert.equal(events.at(-1)?.type, 'runner.stopped')
  assert.equal(project.git('rev-parse', 'main^{tree}'), tree, 'the tree is the one of an uninterrupted run')
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
