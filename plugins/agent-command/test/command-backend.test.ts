import assert from 'node:assert/strict'
import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {probeInput} from '../../../src/agents/probe-input.ts'
import {agentContract, type Scenario} from '../../../test/agents/agent-contract.ts'
import {launch, withFolder} from '../../../test/agents/support.ts'
import {createCommandBackend} from '../src/command-backend.ts'
import register from '../src/index.ts'

const backend = createCommandBackend()

const scripts: Readonly<Record<Scenario, string>> = {
  finishes: `printf built > built.txt; echo '{"type":"usage","tokens":100,"usd":0.5}'`,
  fails: 'echo the reason >&2; exit 1',
  waits: 'echo 3; exit 75',
  hangs: 'echo working; sleep 300',
  missing: '',
}

agentContract({
  backend,
  prepare: async (_projectDir, scenario) => ({run: scenario === 'missing' ? ['no-such-program'] : ['sh', '-c', scripts[scenario]]}),
})

const shell = (folder: string, script: string) => launch(folder, backend, {request: {options: {run: ['sh', '-c', script]}}})

describe('the backend command', () => {
  it('is registered by the hook', async () => {
    const names: string[] = []
    await register({addAgent: ({name}) => void names.push(name), addValidator: () => undefined})
    assert.deepEqual(names, ['command'])
  })

  it('passes the prompt on stdin, and is content with a program that does not read it', async () => {
    await withFolder(async (folder) => {
      await shell(folder, 'cat > prompt.txt')
      assert.equal(await readFile(path.join(folder, 'prompt.txt'), 'utf8'), 'Build the ledger.')
      const big = {options: {run: ['true']}, prompt: 'x'.repeat(1_000_000)}
      assert.deepEqual((await launch(folder, backend, {request: big})).outcome, {status: 'finished'})
    })
  })

  it('passes arguments as they are: no shell reads them', async () => {
    await withFolder(async (folder) => {
      const run = ['sh', '-c', 'printf %s "$1" > args.txt', 'sh', '$(touch x); *']
      await launch(folder, backend, {request: {options: {run}}})
      assert.equal(await readFile(path.join(folder, 'args.txt'), 'utf8'), '$(touch x); *')
    })
  })

  it('takes a program with a slash from the project, and starts it in the worktree', async () => {
    await withFolder(async (folder) => {
      const worktree = path.join(folder, 'worktree')
      await mkdir(worktree)
      await writeFile(path.join(folder, 'agent.sh'), '#!/bin/sh\ntouch here.txt\n')
      await chmod(path.join(folder, 'agent.sh'), 0o755)
      const {outcome} = await launch(folder, backend, {request: {options: {run: ['./agent.sh']}, cwd: worktree}})
      assert.deepEqual(outcome, {status: 'finished'})
      await readFile(path.join(worktree, 'here.txt'))
    })
  })

  for (const [script, seconds] of [
    ['exit 75', 60],
    ['echo; echo 7; echo; exit 75', 7],
    ['echo 99; echo retry after 2.5 s; exit 75', 2.5],
    ['echo 5 >&2; exit 75', 60],
    ['echo soon; exit 75', 60],
    ['echo 99999999999999999999; exit 75', 604_800],
  ] as const) {
    it(`takes exit code 75 for a rate limit of ${seconds} seconds: ${script}`, async () => {
      await withFolder(async (folder) => {
        assert.deepEqual((await shell(folder, script)).outcome, {status: 'rate-limited', retryAfterMs: seconds * 1000})
      })
    })
  }

  it('gives the last lines of stderr as the cause, or of stdout when there are none', async () => {
    await withFolder(async (folder) => {
      const {outcome} = await shell(folder, 'seq 1 20 >&2; exit 3')
      assert.deepEqual(outcome, {status: 'failed', retryable: true, cause: 'sh ended with exit code 3: 16\n17\n18\n19\n20'})
      assert.match(JSON.stringify((await shell(folder, 'echo only this; exit 1')).outcome), /exit code 1: only this/)
      assert.match(JSON.stringify((await shell(folder, 'exit 1')).outcome), /exit code 1\./)
    })
  })

  it('may try again after a program that a signal ended', async () => {
    await withFolder(async (folder) => {
      const {outcome} = await shell(folder, 'kill -KILL $$')
      assert.deepEqual(outcome, {status: 'failed', retryable: true, cause: 'sh was ended by SIGKILL.'})
    })
  })

  it('takes lines of usage as sums, and leaves other lines as text', async () => {
    await withFolder(async (folder) => {
      const lines = [
        '{"type":"usage","tokens":5}',
        '{"type":"usage","usd":0.25}',
        '{"type":"usage","tokens":-1}',
        '{"type":"other"}',
        '{broken',
      ]
      const {usage, activity} = await shell(folder, `cat <<'END'\n${lines.join('\n')}\nEND`)
      assert.deepEqual(usage, {tokens: 5, usd: 0.25})
      assert.deepEqual(
        activity.filter(({type}) => type === 'text'),
        [
          {type: 'text', text: '{"type":"other"}'},
          {type: 'text', text: '{broken'},
        ],
      )
    })
  })

  for (const [options, problem] of [
    [{run: 'node agent.mjs'}, /list of the program and its arguments, not one string/],
    [{run: []}, /must begin with a program/],
    [{run: ['']}, /must begin with a program/],
    [{run: ['node', 7]}, /must be a list of strings/],
    [{run: ['a\0b']}, /NUL/],
    [{run: ['node'], args: []}, /knows the key `run` only, not `args`/],
    [{run: ['./agent.sh']}, /".\/agent.sh" .* is not there/],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(options)}`, async () => {
      const answer = await backend.probe(probeInput({options, cwd: '/nowhere', hostEnv: {}, allowEnv: []}))
      assert.match(answer.ok ? '' : answer.problem, problem)
    })
  }
})
