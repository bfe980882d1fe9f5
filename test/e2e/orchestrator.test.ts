import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {mkdir, readFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {findMarked, MARKER} from '../../src/process.ts'
import {byHandOperations} from '../../src/run/by-hand/all.ts'
import {operations} from '../../src/tasks/operations/all.ts'
import type {TaskStateView} from '../../src/tasks/operations/schemas.ts'
import {markerOf} from '../agents/support.ts'
import {conduct, startProgram, type CliResult} from '../support/cli.ts'
import type {Action, Asked, Scenario, Turn} from '../support/model-server/scenario.ts'
import {startModel, type ModelServer} from '../support/model-server/server.ts'
import {createProject, specText, type Project} from '../support/project.ts'
import {linkAgents, needsAgents} from '../support/real-agents.ts'

const PAGE = fileURLToPath(new URL('../../docs/coding-agents.md', import.meta.url))
const NAMES = [...operations, ...byHandOperations].map(({name}) => name)

const SPEC = specText([
  {name: 'Words', modules: ['greeting', 'name'], test: 'test "$(sh greeting.sh) $(sh name.sh)" = "Hello world"'},
  {name: 'Sentence', modules: ['sentence'], test: 'test "$(sh greet.sh)" = "Hello, world!"'},
])
/** What the brief asks for by name. */
const STEPS = [
  'start_task',
  'get_phases',
  'create_worktree',
  'merge_module',
  'validate_phase',
  'create_checkpoint',
  'mark_phase_complete',
  'cleanup_worktrees',
  'get_task_state',
  'complete_task',
]
const WORDS = 'Phase 1: Words'
const SENTENCE = 'Phase 2: Sentence'

/** The last value with this name that a tool answered, through whatever quoting. */
function told({text}: Asked, name: string): string {
  const found = [...text.matchAll(new RegExp(String.raw`\\*"${name}\\*":\\*"([^"\\]+)`, 'g'))].at(-1)?.[1]
  assert.ok(found, `nobody told the orchestrator a ${name}`)
  return found
}

const mcp = (tool: string, args = {}): Action => ({mcp: {server: 'conduct', tool, args}})
const ask = (tool: string, args = {}): Turn => ({do: (asked) => mcp(tool, {task_id: told(asked, 'task_id'), ...args})})
const askAll = (tool: string, names: readonly string[]): Turn => ({
  do: (asked) => names.map((name) => mcp(tool, {task_id: told(asked, 'task_id'), name})),
})

/** One sub-agent for each, all at once, and waits for them. */
const delegate = (role: string, names: readonly string[]): Turn => ({
  do: (asked) =>
    names.map((name) => ({
      call: {
        name: 'Agent',
        args: {
          subagent_type: role,
          description: `Build ${name}`,
          prompt: `You build ${name}. Working directory: ${worktreeOf(asked, name)}`,
          run_in_background: false,
        },
      },
    })),
})

const worktreeOf = ({text}: Asked, name: string): string => new RegExp(String.raw`[^"\\ ]+/p\d+-${name}(?=[\\"])`).exec(text)?.[0] ?? name

const verified = (phase: string): readonly Turn[] => [
  ask('validate_phase', {phase_name: phase}),
  ask('create_checkpoint', {phase}),
  {do: (asked) => mcp('mark_phase_complete', {task_id: told(asked, 'task_id'), phase_name: phase, checkpoint_id: told(asked, 'id')})},
  ask('cleanup_worktrees'),
]

/** What the brief asks for, with a phase that has to be mended, and with one lie: to be done when that is not so. */
const orchestrator = (root: string): Scenario => ({
  match: 'You are the orchestrator: a staff engineer',
  turns: [
    {do: {call: {name: 'ToolSearch', args: {query: `select:${NAMES.map((name) => `mcp__conduct__${name}`).join()}`, max_results: 20}}}},
    {do: mcp('start_task', {description: 'A greeter', working_directory: root})},
    ask('get_phases'),
    askAll('create_worktree', ['greeting', 'name']),
    delegate('implementation-executor', ['greeting', 'name']),
    askAll('merge_module', ['greeting', 'name']),
    ask('validate_phase', {phase_name: WORDS}),
    ask('complete_task'),
    ask('create_checkpoint', {phase: 'Words, to be mended'}),
    askAll('create_worktree', ['fix-1']),
    delegate('fix-executor', ['fix-1']),
    askAll('merge_module', ['fix-1']),
    ...verified(WORDS),
    askAll('create_worktree', ['sentence']),
    delegate('implementation-executor', ['sentence']),
    askAll('merge_module', ['sentence']),
    ...verified(SENTENCE),
    ask('get_task_state'),
    ask('complete_task'),
    {say: 'The greeter is built.'},
  ],
})

/** Writes one file into the worktree that it was told, and commits it there, as agents do. */
const subAgent = (name: string, file: string, content: string): Scenario => ({
  match: `You build ${name}.`,
  turns: [
    {do: (asked) => ({write: {path: join(folderOf(asked), file), content}})},
    {do: (asked) => ({shell: `cd ${folderOf(asked)} && git add ${file} && git commit --quiet --message='Add ${file}' && echo committed`})},
    {say: `I built ${file}, and its tests pass.`},
  ],
})

const folderOf = ({text}: Asked): string => /Working directory: ([^"\\]+)/.exec(text)?.[1] ?? ''

const SUB_AGENTS = [
  subAgent('greeting', 'greeting.sh', 'echo Helo\n'),
  subAgent('name', 'name.sh', 'echo world\n'),
  subAgent('fix-1', 'greeting.sh', 'echo Hello\n'),
  subAgent('sentence', 'greet.sh', 'echo "$(sh greeting.sh), $(sh name.sh)!"\n'),
]

describe('Claude Code as the orchestrator, by /conduct and our MCP server', function () {
  this.timeout(120_000)
  let project: Project
  let home: string
  let model: ModelServer
  before(async function () {
    await needsAgents(this)
    project = await createProject({'.spec/SPEC.md': SPEC})
    home = join(dirname(project.root), 'home')
    await mkdir(home)
    model = await startModel(orchestrator(project.root), ...SUB_AGENTS)
  })
  after(async () => {
    await model?.close()
    await project?.remove()
  })

  it('builds a spec by what the page says to type, and is not let off with a lie', async () => {
    const state = await setUp()
    const {exitCode, stdout, stderr} = await typed()
    assert.deepEqual([exitCode, stdout.trim()], [0, 'The greeter is built.'], stderr)
    assert.deepEqual(await findMarked(markerOf(project.root)), [], 'processes are left')
    assertTold()
    await assertBuilt(state)
  })

  /** As a person has it who set nothing: where conduct keeps its state by default. */
  const asPerson = () => ({root: project.root, stateDir: join(home, '.local/state/conduct')})

  /** Resolves with the commit that a person has then. */
  async function setUp(): Promise<string> {
    const {exitCode, stderr} = await conduct(asPerson(), ['init', '--claude'])
    assert.equal(exitCode, 0, stderr)
    project.git('add', '--all')
    project.git('commit', '--quiet', '--message=Set up conduct')
    return project.git('rev-parse', 'HEAD')
  }

  async function typed(): Promise<CliResult> {
    const bin = join(home, 'bin')
    await linkAgents(bin)
    const env = {
      HOME: home,
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: 'no-key',
      CLAUDE_CODE_MAX_RETRIES: '0',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      [MARKER]: markerOf(project.root),
    }
    const script = `PATH='${bin}':"$PATH"\n${/```sh\n(mkdir [^\n]+\nclaude --print [^`]+)```/.exec(await readFile(PAGE, 'utf8'))?.[1]}`
    return (await startProgram(asPerson(), 'sh', ['-ec', script], {env})).done
  }

  /** What reached the model: the brief, the schema of every tool, and the refusal with what to do next. */
  function assertTold(): void {
    const asked = model.journal.filter(({tools, turn}) => turn !== undefined && tools.includes('Agent'))
    const brief = JSON.stringify(asked[0]?.body.messages)
    for (const name of STEPS) assert.ok(brief.includes(`\`${name}\``), `the brief does not name ${name}`)
    const last = JSON.stringify(asked.at(-1)?.body)
    for (const name of NAMES) assert.match(last, new RegExp(`"name":"mcp__conduct__${name}","description":"[^"]+","input_schema":\\{`))
    for (const {last: answer} of asked.filter(({last: text}) => /\\"(sha|path|spec|task_id)\\":/.test(text)))
      assert.match(answer, /\\"next\\":/)
    const refused = asked[asked.findIndex(({call}) => call?.name === 'mcp__conduct__complete_task') + 1]?.last ?? ''
    assert.match(
      refused,
      /VALIDATION_FAILED: The last validation of Phase 1: Words failed.*Next: Repair it.*validate_phase\(task_id: .*"is_error":true/,
    )
  }

  async function assertBuilt(before: string): Promise<void> {
    const {tasks} = (await conduct(asPerson(), ['tasks', '--all', '--json'])).json<{tasks: {task_id: string}[]}>()
    assert.equal(tasks.length, 1)
    const task = tasks[0]?.task_id ?? ''
    assert.match((await conduct(asPerson(), ['status', task])).stdout, new RegExp(`${task} +complete`))
    const {phases} = (await conduct(asPerson(), ['state', '--task', task, '--json'])).json<TaskStateView>()
    assert.deepEqual(
      phases.map(({status, validation}) => [status, validation?.passed]),
      [
        ['complete', true],
        ['complete', true],
      ],
    )
    const {checkpoints} = (await conduct(asPerson(), ['checkpoint', 'list', '--task', task, '--json'])).json<CheckpointList>()
    assert.deepEqual(
      checkpoints.map(({phase}) => phase),
      ['Words, to be mended', WORDS, SENTENCE],
    )
    assert.equal(checkpoints.at(-1)?.sha, project.git('rev-parse', 'main'))
    assert.equal(phases.at(-1)?.validation?.sha, project.git('rev-parse', 'main'), 'what was verified is what main has')
    assert.equal(execFileSync('sh', ['greet.sh'], {cwd: project.root, encoding: 'utf8'}), 'Hello, world!\n')
    const merges = project.git('log', '--merges', '--reverse', '--format=%s', `${before}..main`).split('\n')
    assert.deepEqual(merges, [`Merge greeting (${WORDS})`, `Merge name (${WORDS})`, 'Merge fix-1', `Merge sentence (${SENTENCE})`])
    assert.deepEqual([project.git('status', '--porcelain'), project.git('branch', '--format=%(refname:short)')], ['', 'main'])
    assert.equal(project.git('worktree', 'list').split('\n').length, 1)
  }
})

interface CheckpointList {
  readonly checkpoints: readonly {readonly phase: string; readonly sha: string}[]
}
