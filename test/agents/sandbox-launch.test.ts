import assert from 'node:assert/strict'
import {mkdir, readFile, symlink, writeFile} from 'node:fs/promises'
import {delimiter, dirname, join} from 'node:path'
import type {AgentBackend} from '../../src/agents/agent.ts'
import type {SandboxRequest} from '../../src/agents/sandbox/places.ts'
import {findMarked} from '../../src/process.ts'
import {createClaudeBackend} from '../../plugins/agent-claude/src/claude-backend.ts'
import {createCodexBackend} from '../../plugins/agent-codex/src/codex-backend.ts'
import type {Turn} from '../support/model-server/scenario.ts'
import {needsAgents, openBench, type AgentBench} from '../support/real-agents.ts'
import {needsBwrap, needsSrt} from '../support/sandbox.ts'
import {backendOf, launch, markerOf, shellBackend, withFolder} from './support.ts'

const SANDBOX: SandboxRequest = {settings: {kind: 'bwrap', network: 'all', write: [], hide: []}, hide: [], show: []}

describe('an attempt in a sandbox', function () {
  this.timeout(60_000)
  before(function () {
    return needsBwrap(this)
  })

  it('writes its worktree and its temporary folder alone, whatever these are called and wherever links lead', () =>
    withFolder(async (folder) => {
      const [cwd, home, keys] = [join(folder, 'a tree\nof "many" $lines'), join(folder, 'home'), join(folder, 'keys')]
      for (const path of [cwd, home, keys]) await mkdir(path)
      await writeFile(join(keys, 'id'), 'secret')
      await symlink(keys, join(home, '.ssh'))
      await symlink(folder, join(cwd, 'out'))
      const script = `exec > report.txt 2>&1
        echo x > "$TMPDIR/note" && cat "$TMPDIR/note"
        echo x > out/stray; echo x > ~/stray; cat ~/.ssh/id; cat ${keys}/id
        mount -o remount,rw,bind / ; grep CapEff /proc/self/status; echo $$
        exit 3`
      const hostEnv = {PATH: process.env.PATH, HOME: home}
      const {outcome, entries} = await launch(folder, shellBackend(script), {sandbox: SANDBOX, hostEnv, request: {cwd, projectDir: folder}})
      assert.deepEqual(outcome, {status: 'failed', cause: 'exit 3', retryable: true})
      const report = await readFile(join(cwd, 'report.txt'), 'utf8')
      assert.match(report, /^x\n.*out\/stray.*Read-only.*\n.*home\/stray.*Read-only.*\n.*No such file.*\n.*No such file/)
      assert.match(report, /mount: .*\n(.*\n)?CapEff:\s+0{16}\n\d\n$/)
      assert.doesNotMatch(report, /secret/)
      assert.equal(entries.find(({type}) => type === 'spawn')?.sandbox, 'bwrap')
    }))

  it('leaves no program behind when it is stopped, and says that one is not there', () =>
    withFolder(async (folder) => {
      const controller = new AbortController()
      const backend = backendOf(async (_request, {spawn}) => {
        await spawn(['sh', '-c', 'setsid sleep 300 & env -i setsid sleep 301 & echo started; sleep 300'], {
          onLine: () => controller.abort(),
        })
        return {status: 'finished'}
      })
      const {outcome} = await launch(folder, backend, {sandbox: SANDBOX, signal: controller.signal})
      assert.deepEqual(outcome, {status: 'cancelled'})
      assert.deepEqual(await findMarked(markerOf(folder)), [])

      const missing = backendOf(async (_request, {spawn}) => {
        const {error = ''} = await spawn(['no-such-agent'])
        return {status: 'failed', retryable: false, cause: error}
      })
      const ended = await launch(folder, missing, {sandbox: SANDBOX})
      // "Permission denied" where a folder of PATH may not be looked into.
      assert.match(ended.outcome.status === 'failed' ? ended.outcome.cause : '', /^execvp no-such-agent: /)
    }))
})

/** Where their programs lie, in case that the whole checkout lies in `/tmp`. */
const AGENTS = join(import.meta.dirname, 'node_modules')

describe('an attempt in srt', function () {
  this.timeout(60_000)

  it('has not finished when srt is told to stop, though it ends with 0', async function () {
    await needsAgents(this)
    const path = [join(AGENTS, '.bin'), dirname(process.execPath), process.env.PATH].join(delimiter)
    await needsSrt(this, path)
    await withFolder(async (folder) => {
      const pids: number[] = []
      const backend = backendOf(async (_request, {spawn}) => {
        const stop = () => pids.forEach((pid) => process.kill(pid, 'SIGTERM'))
        const {exitCode, signal} = await spawn(['sh', '-c', 'echo started; sleep 300'], {onLine: stop})
        return {status: 'finished', summary: `${exitCode} ${signal}`}
      })
      const settings = {kind: 'srt', network: ['127.0.0.1:1'], write: [], hide: []} as const
      const hostEnv = {PATH: path, HOME: folder}
      const onSpawn = (pid: number) => void pids.push(pid)
      const {outcome} = await launch(folder, backend, {sandbox: {...SANDBOX, settings}, hostEnv, onSpawn})
      assert.deepEqual(outcome, {status: 'finished', summary: 'null SIGTERM'})
      assert.deepEqual(await findMarked(markerOf(folder)), [])
    })
  })
})

const TURNS: readonly Turn[] = [
  {say: 'I begin.', do: {write: {path: 'hello.txt', content: 'hello\n'}}},
  {
    do: {
      shell:
        'git add . && git commit --quiet --message=Hello; echo x > ../project/stray; echo x > ~/stray; git update-ref refs/heads/other HEAD',
    },
  },
  {say: 'Done.'},
]

describe('a real agent in a sandbox', function () {
  this.timeout(60_000)
  before(function () {
    return Promise.all([needsAgents(this), needsBwrap(this)])
  })

  /** It commits in its worktree, is refused the rest, and its own settings stay as they are. */
  async function assertShutIn(backend: AgentBackend, bench: AgentBench, settings: string, request: {model: string; options?: unknown}) {
    const {project, home, model} = bench
    project.git('branch', 'other')
    await mkdir(dirname(join(home, settings)), {recursive: true})
    await writeFile(join(home, settings), settings.endsWith('.json') ? '{}' : '')
    const commonDir = join(project.root, '.git')
    const git = {commonDir, gitDir: join(commonDir, 'worktrees', 'worktree'), ref: 'refs/heads/work'}
    const {outcome} = await bench.launch(backend, {sandbox: {...SANDBOX, git, show: [AGENTS]}, request})
    assert.equal(outcome.status, 'finished', JSON.stringify(outcome))
    assert.equal(project.git('show', 'work:hello.txt'), 'hello')
    assert.equal(project.git('rev-parse', 'other'), project.git('rev-parse', 'main'), 'it moved another branch')
    assert.equal(project.git('status', '--porcelain'), '')
    const said = model.journal[2]?.last ?? ''
    for (const place of ['project/stray', 'home/stray'])
      assert.match(said, new RegExp(`[Rr]ead-only file system: \\S*${place}|${place}: Read-only`))
  }

  it('of Claude Code', async () => {
    const env = ({url}: AgentBench['model']) => ({ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'no-key', CLAUDE_CODE_MAX_RETRIES: '0'})
    const bench = await openBench({scenarios: [{turns: TURNS}], env})
    try {
      await assertShutIn(createClaudeBackend(), bench, '.claude.json', {model: 'claude-sonnet-4-5'})
    } finally {
      await bench.close()
    }
  })

  it('of codex', async () => {
    const bench = await openBench({scenarios: [{turns: TURNS}], env: () => ({OPENAI_API_KEY: 'no-key'})})
    const scripted = {name: 'scripted', base_url: `${bench.model.url}/v1`, env_key: 'OPENAI_API_KEY', wire_api: 'responses'}
    const options = {settings: {model_provider: 'scripted', model_providers: {scripted}}}
    try {
      await assertShutIn(createCodexBackend(), bench, '.codex/config.toml', {model: 'gpt-5.1-codex', options})
    } finally {
      await bench.close()
    }
  })
})
