import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {cp, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {delimiter, dirname, join} from 'node:path'
import {createExampleProject, type ExampleProject} from '../../scripts/example-project.ts'
import type {TaskEvent} from '../../src/events.ts'
import {findMarked} from '../../src/process.ts'
import type {RunResult} from '../../src/run/result.ts'
import installed from '../agents/package.json' with {type: 'json'}
import {conduct, startCli, type CliResult} from '../support/cli.ts'
import {ledgerScript} from '../support/ledger-script.ts'
import {startModel, type ModelServer} from '../support/model-server/server.ts'
import {linkAgents, needsAgents} from '../support/real-agents.ts'
import {eventsOf, parseEvents} from './scenario.ts'

interface Agent {
  readonly name: 'claude' | 'codex'
  readonly version: string
  readonly model: string
  /** What it calls its tool that writes or runs. */
  readonly tool: RegExp
  options(model: ModelServer): Readonly<Record<string, unknown>>
  env(model: ModelServer): Readonly<Record<string, string>>
}

const AGENTS: readonly Agent[] = [
  {
    name: 'claude',
    version: installed.devDependencies['@anthropic-ai/claude-code'],
    model: 'claude-sonnet-4-5',
    tool: /^   › Write test\/money\.test\.js$/m,
    options: () => ({}),
    env: ({url}) => ({ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'no-key-of-anybody-1'}),
  },
  {
    name: 'codex',
    version: installed.devDependencies['@openai/codex'],
    model: 'gpt-5.1-codex',
    tool: /^   › command .*src\/money\.js/m,
    options: ({url}) => ({
      settings: {
        model_provider: 'scripted',
        model_providers: {scripted: {name: 'scripted', base_url: `${url}/v1`, env_key: 'OPENAI_API_KEY', wire_api: 'responses'}},
      },
    }),
    env: () => ({OPENAI_API_KEY: 'no-key-of-anybody-1'}),
  },
]
const ROLES = ['implementation-executor', 'fix-executor', 'synthesis-architect'] as const
/** Dollars for a million tokens. */
const PRICES = {input: 1_000, output: 10_000}

describe('the example, built by a real agent', function () {
  this.timeout(100_000)
  before(function () {
    return needsAgents(this)
  })

  for (const agent of AGENTS) {
    describe(agent.name, () => {
      let model: ModelServer
      let project: ExampleProject
      let run: CliResult
      let followed: CliResult
      let result: RunResult
      let events: readonly TaskEvent[]
      const at = (name: string) => join(project.folder, name)

      before(async () => {
        model = await startModel(...(await ledgerScript()))
        project = await createProjectFor(agent, model)
        await linkAgents(at('bin'))
        for (const name of ['home', 'tmp']) await mkdir(at(name))
        const path = [at('bin'), dirname(process.execPath), process.env.PATH].join(delimiter)
        const env = {PATH: path, HOME: at('home'), TMPDIR: at('tmp'), ...agent.env(model)}
        const args = ['run', '--json', '--events', at('events.ndjson'), '--record', at('recordings')]
        const running = startCli(project, args, {env})
        await Promise.race([model.asked(0), running.done])
        followed = await conduct(project, ['logs', '--follow'])
        run = await running.done
        assert.equal(run.exitCode, 0, run.stdout + run.stderr)
        result = run.json<RunResult>()
        events = parseEvents(await readFile(at('events.ndjson'), 'utf8'))
      })
      after(async () => {
        await model?.close()
        if (project) await rm(project.folder, {recursive: true, force: true, maxRetries: 5})
      })

      it('goes through conflict, failing test and repair to a merge with exit code 0', () => {
        assert.deepEqual([result.status, result.sha], ['complete', git(project, 'rev-parse', 'main')])
        const conflicts = eventsOf(events, 'module.conflicted').map(({module, files}) => [module, files])
        assert.deepEqual(conflicts, [['balances', ['src/index.js']]])
        assert.deepEqual(
          eventsOf(events, 'validation.finished').map(({passed}) => passed),
          [false, false, true, true, true, true],
        )
        assert.deepEqual(new Set(result.phases.flatMap(({criteria}) => criteria.map(({verdict}) => verdict))), new Set(['met']))
        const validators = result.phases[2]?.verdicts.map(({validator}) => validator) ?? []
        for (const name of ['test-command', 'npm-test', 'todo', 'imports', 'test-integrity']) assert.ok(validators.includes(name), name)
      })

      it('builds the program of the example', async () => {
        const shown = execFileSync('node', ['bin/ledger.js', 'balance', 'household.journal'], {cwd: project.root, encoding: 'utf8'})
        assert.ok((await readFile(join(project.root, 'README.md'), 'utf8')).includes(shown))
        assert.match(git(project, 'ls-tree', 'HEAD', 'bin/ledger.js'), /^100755 /)
      })

      it('repairs a second time in the session of the first', () => {
        const ended = new Map(eventsOf(events, 'attempt.ended').map((event) => [event.attempt_id, event]))
        const repairs = eventsOf(events, 'attempt.starting').filter(({role}) => role === 'fix-executor')
        // Behind `@` codex keeps what the thread had used.
        const sessions = repairs.map(({attempt_id: id}) => ended.get(id)?.session?.split('@')[0])
        assert.equal(sessions.length, 2)
        assert.ok(sessions[0] !== undefined && sessions[0] === sessions[1], sessions.join(' '))
        const asked = model.journal.map(({body}) => JSON.stringify(body))
        assert.ok(asked.some((text) => /Attempt 2\..*Attempt 3\./s.test(text)))
      })

      it('says what ran, and what all of it cost', () => {
        const ended = eventsOf(events, 'attempt.ended')
        assert.deepEqual(
          ended.map((event) => event.agent),
          Array.from({length: 8}, () => ({version: agent.version, model: agent.model})),
        )
        const asked = model.journal.filter(({turn}) => turn !== undefined).length
        assert.equal(result.usage.tokens, asked * 110)
        const sum = ended.reduce((usd, {usage}) => usd + (usage.usd ?? 0), 0)
        assert.ok(sum > 0 && Math.abs(sum - result.usage.usd) < 1e-9, `${result.usage.usd} dollars`)
      })

      it('leaves no process, and nothing outside of its worktrees and its home', async () => {
        assert.deepEqual(await findMarked(result.task_id), [])
        assert.deepEqual([git(project, 'status', '--short'), git(project, 'branch', '--format=%(refname:short)')], ['', 'main'])
        assert.deepEqual((await readdir(project.folder)).sort(), ['bin', 'events.ndjson', 'home', 'ledger', 'recordings', 'state', 'tmp'])
        // npm is what the tests are run with.
        const strays = (await readdir(at('home'))).filter((name) => name !== '.npm' && !name.startsWith(`.${agent.name}`))
        assert.deepEqual(strays, [])
      })

      it('is followed by `conduct logs` to the end of the task', async () => {
        assert.equal(followed.exitCode, 0, followed.stderr)
        assert.equal(followed.stdout.match(/^   finished/gm)?.length, 8, followed.stdout)
        assert.match(followed.stdout, agent.tool)
        assert.match(
          followed.stdout,
          new RegExp(`^   ${agent.name} ${agent.version} ${agent.model}, [\\d,]+ tokens, \\d+\\.\\d\\d USD$`, 'm'),
        )
        const picked = await conduct(project, ['logs', 'money', '--phase', '1', '--attempt', '3', '--task', result.task_id, '--json'])
        const {attempts} = picked.json<{readonly attempts: readonly {readonly subject: string; readonly agent: unknown}[]}>()
        assert.deepEqual(
          attempts.map((one) => [one.subject, one.agent]),
          [['phase/p1', {version: agent.version, model: agent.model}]],
        )
      })

      // Whoever made them: they are files.
      if (agent === AGENTS[0])
        it('is played back from its recordings with the same tree in every commit', async () => {
          const again = await createProjectFor(agent, model)
          try {
            const asked = model.journal.length
            await cp(at('recordings'), join(again.folder, 'recordings'), {recursive: true})
            const played = await conduct(again, ['run', '--json', '--agent', 'replay'])
            assert.equal(played.exitCode, 0, played.stderr)
            assert.deepEqual(treesOf(again), treesOf(project))
            assert.equal(model.journal.length, asked)
          } finally {
            await rm(again.folder, {recursive: true, force: true, maxRetries: 5})
          }
        })
    })
  }
})

/** The example, with this agent in every role and without the recordings that come with it. */
async function createProjectFor({name, model, options}: Agent, server: ModelServer): Promise<ExampleProject> {
  const project = await createExampleProject()
  const config = {
    agents: {
      default: name,
      roles: Object.fromEntries(ROLES.map((role) => [role, {model}])),
      backends: {[name]: options(server), replay: {dir: '../recordings'}},
      prices: {[model]: PRICES},
    },
    limits: {parallel: 2},
  }
  await writeFile(join(project.root, 'conduct.config.json'), JSON.stringify(config))
  git(project, 'rm', '-r', '--quiet', 'recordings')
  git(project, 'commit', '--quiet', '--all', '--amend', '--no-edit')
  return project
}

function git({root}: Pick<ExampleProject, 'root'>, ...args: readonly string[]): string {
  return execFileSync('git', args, {cwd: root, encoding: 'utf8'}).trim()
}

/** Of every commit on the way to the result; what an agent wrote in a message of its own is not played back. */
function treesOf(project: ExampleProject): readonly string[] {
  return git(project, 'log', '--topo-order', '--format=%T', 'main').split('\n')
}
