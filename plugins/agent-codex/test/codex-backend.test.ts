import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {agentContract, type Scenario} from '../../../test/agents/agent-contract.ts'
import {launch, withFolder} from '../../../test/agents/support.ts'
import {createCodexBackend} from '../src/codex-backend.ts'
import register from '../src/index.ts'

const backend = createCodexBackend()

const THREAD = '01a2057f-7134-7740-9e25-d5ff1d4ac835'
const BEGIN = `echo '{"type":"thread.started","thread_id":"${THREAD}"}'`
const USAGE = '{"input_tokens":70,"cached_input_tokens":20,"output_tokens":30,"reasoning_output_tokens":5}'
const fail = (message: string) => `${BEGIN}; echo '{"type":"turn.failed","error":{"message":"${message}"}}'; exit 1`

const scripts: Readonly<Record<Scenario, string>> = {
  finishes: `${BEGIN}; printf built > built.txt; echo '{"type":"turn.completed","usage":${USAGE}}'`,
  fails: fail('the reason'),
  waits: fail('Rate limit reached. Please try again in 3s.'),
  hangs: `${BEGIN}; sleep 300`,
  missing: '',
}

/** A program in the place of codex. */
async function standIn(folder: string, script: string): Promise<string> {
  const program = path.join(folder, 'codex')
  const answer = `case "$1" in --version) echo codex-cli 0.169.0;; login) test "$CODEX_HOME" = "${path.join(folder, 'home')}";; exec) cat > prompt.txt; ${script};; sandbox) ${SANDBOX};; esac`
  await writeFile(program, `#!/bin/sh\n${answer}\n`, {mode: 0o755})
  return program
}

const SANDBOX = 'echo "bwrap: no namespaces here" >&2; exit 1'

agentContract({
  backend,
  prepare: async (folder, scenario) => ({
    program: scenario === 'missing' ? 'no-such-program' : await standIn(folder, scripts[scenario]),
    home: path.join(folder, 'home'),
  }),
  badOptions: [null, 7, 'text', [], {no: 'such key'}, {program: ''}, {home: 7}, {settings: 'fast'}],
})

describe('the backend codex', () => {
  it('is registered by the hook', async () => {
    const names: string[] = []
    await register({addAgent: ({name}) => void names.push(name), addValidator: () => undefined})
    assert.deepEqual(names, ['codex'])
  })

  it('does not begin where the sandbox that it needs does not work: codex itself ends well then', () =>
    withFolder(async (folder) => {
      const options = {program: await standIn(folder, scripts.finishes)}
      const {outcome} = await launch(folder, backend, {request: {options, permissions: 'edit'}})
      assert.deepEqual(outcome, {
        status: 'failed',
        retryable: false,
        cause: 'The sandbox of codex, which `permissions: "edit"` needs, does not work here: bwrap: no namespaces here',
      })
    }))

  it('passes model, settings and prompt on as they are, and its own settings are the last word', () =>
    withFolder(async (folder) => {
      const settings = {model_reasoning_effort: 'high', sandbox_mode: 'read-only', tools: {web_search: true}}
      const options = {program: await standIn(folder, `printf '%s\\n' "$@" > args.txt; ${scripts.finishes}`), settings}
      const {entries} = await launch(folder, backend, {request: {options, model: 'gpt-5.1-codex', prompt: '$(touch x); *'}})
      const spawned = entries.find(({type}) => type === 'spawn')?.['argv']
      assert.ok(Array.isArray(spawned))
      for (const argument of [
        'model_reasoning_effort="high"',
        'tools={"web_search"=true}',
        'sandbox_mode="danger-full-access"',
        'gpt-5.1-codex',
      ])
        assert.ok(spawned.includes(argument), argument)
      assert.ok(!spawned.includes('sandbox_mode="read-only"'))
      assert.ok(!spawned.some((argument) => String(argument).includes('touch x')))
    }))
})
