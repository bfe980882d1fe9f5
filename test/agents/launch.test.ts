import assert from 'node:assert/strict'
import {readFile, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {AgentEvent, AgentOutcome} from '../../src/agents/agent.ts'
import type {AttemptUse} from '../../src/agents/limits.ts'
import {findMarked} from '../../src/process.ts'
import {backendOf, isAlive, launch, markerOf, printed, shellBackend, withFolder} from './support.ts'

const never = () => new Promise<AgentOutcome>(() => undefined)

describe('launchAgent', () => {
  it('hands over the prompt and says how the backend says it ended', async () => {
    await withFolder(async (folder) => {
      const {outcome, pids} = await launch(folder, shellBackend('cat > prompt.txt'))
      assert.deepEqual(outcome, {status: 'finished'})
      assert.equal(await readFile(path.join(folder, 'prompt.txt'), 'utf8'), 'Build the ledger.')
      assert.equal(pids.length, 1)
    })
  })

  it('adds up usage from events and outcome, and keeps the session', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async (_request, {emit}) => {
        emit({type: 'session', id: 's-1'})
        emit({type: 'usage', usage: {tokens: 10, usd: 0.5}})
        return {status: 'finished', usage: {tokens: 12, usd: 0.4}}
      })
      const {usage, session} = await launch(folder, backend)
      assert.deepEqual({usage, session}, {usage: {tokens: 12, usd: 0.5}, session: 's-1'})
    })
  })

  it('sets a price on what an agent used that does not say it, and tells what ran', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async (_request, {emit}) => {
        emit({type: 'agent', version: '2.1.0'})
        emit({type: 'agent', model: 'm1'})
        emit({type: 'usage', usage: {tokens: 100, input: 60, output: 40, reasoning: 5}})
        return {status: 'finished'}
      })
      const {usage, agent, activity} = await launch(folder, backend, {prices: {m1: {input: 10_000, output: 20_000}}})
      const spent = {tokens: 100, input: 60, output: 40, reasoning: 5, usd: 1.4}
      assert.deepEqual({usage, agent}, {usage: spent, agent: {version: '2.1.0', model: 'm1'}})
      assert.deepEqual(activity.at(-1), {type: 'usage', usage: spent})
    })
  })

  it('keeps a protocol apart from what people are shown', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async (_request, {emit, spawn}) => {
        await spawn(['echo', '{"say":"hi"}'], {isProtocol: true, onLine: () => emit({type: 'text', text: 'hi'})})
        return {status: 'finished'}
      })
      const {entries} = await launch(folder, backend)
      const kept = entries.filter(({text, type}) => text !== undefined && type !== 'prompt').map(({type, text}) => [type, text])
      assert.deepEqual(kept.sort(), [
        ['protocol', '{"say":"hi"}\n'],
        ['text', 'hi'],
      ])
    })
  })

  it('ends what a finished backend left running, in its group or out of it', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async (_request, {spawn}) => {
        const {promise, resolve} = Promise.withResolvers<void>()
        const script = 'setsid sleep 300 & sleep 300 & echo started; wait'
        void spawn(['sh', '-c', script], {onLine: () => resolve()})
        await promise
        return {status: 'finished'}
      })
      const {outcome} = await launch(folder, backend)
      assert.equal(outcome.status, 'finished')
      assert.deepEqual(await findMarked(markerOf(folder)), [])
    })
  })

  it('lets programs of a backend run side by side, and ends what they left when all is over', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async (_request, {spawn}) => {
        const {promise: hasBegun, resolve} = Promise.withResolvers<void>()
        const long = spawn(['sh', '-c', 'echo started; while [ ! -e over ]; do sleep 0.02; done'], {onLine: () => resolve()})
        await hasBegun
        const brief = await spawn(['sh', '-c', 'setsid sleep 300 > /dev/null 2>&1 &'])
        await writeFile(path.join(folder, 'over'), '')
        const codes = [brief.exitCode, (await long).exitCode]
        return {status: 'finished', summary: codes.join()}
      })
      const {outcome} = await launch(folder, backend)
      assert.deepEqual(outcome, {status: 'finished', summary: '0,0'})
      assert.deepEqual(await findMarked(markerOf(folder)), [])
    })
  })

  it('tells nobody what a backend emits after its end, and starts nothing more for it', async () => {
    await withFolder(async (folder) => {
      const late = Promise.withResolvers<() => Promise<unknown>>()
      const backend = backendOf(async (_request, {emit, spawn}) => {
        late.resolve(async () => {
          emit({type: 'text', text: 'late'})
          return spawn(['sh', '-c', 'touch late.txt'])
        })
        return {status: 'finished'}
      })
      const {activity} = await launch(folder, backend)
      await (
        await late.promise
      )()
      assert.deepEqual(activity, [])
      await assert.rejects(stat(path.join(folder, 'late.txt')))
    })
  })
})

describe('the limits of an attempt', () => {
  it('stop an agent that takes too long, even one that ignores SIGTERM', async () => {
    await withFolder(async (folder) => {
      const script = `trap '' TERM; while :; do echo busy; sleep 0.05; done`
      const {outcome, pids} = await launch(folder, shellBackend(script), {limits: {timeoutMs: 1_000}})
      assert.deepEqual(outcome, {status: 'timed-out', limitMs: 1_000})
      assert.equal(isAlive(pids[0] ?? 0), false)
      assert.deepEqual(await findMarked(markerOf(folder)), [])
    })
  })

  it('stop an agent that falls silent, with what it started in another session', async () => {
    await withFolder(async (folder) => {
      const {outcome} = await launch(folder, shellBackend('setsid sleep 300 & echo working; sleep 300'), {limits: {silenceMs: 300}})
      assert.equal(outcome.status, 'stalled')
      assert.ok('silentMs' in outcome && outcome.silentMs >= 300)
      assert.deepEqual(await findMarked(markerOf(folder)), [])
    })
  })

  it('take any output or event as a sign of life', async () => {
    await withFolder(async (folder) => {
      const script = 'for i in 1 2 3 4 5 6 7 8; do sleep 0.1; echo $i >&2; done'
      const {outcome} = await launch(folder, shellBackend(script), {limits: {silenceMs: 600}})
      assert.deepEqual(outcome, {status: 'finished'})
    })
  })

  it('stop an agent that overdraws a budget with what it used, be it only time', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async (_request, {emit, spawn}) => {
        emit({type: 'turn'})
        emit({type: 'usage', usage: {tokens: 100, usd: 1}})
        await spawn(['sleep', '300'])
        return {status: 'finished'}
      })
      const overdrawn = ({tokens, usd, time, turns}: AttemptUse) =>
        time > 500 ? `${tokens} tokens, ${usd} USD, ${turns} turn of the budget` : undefined
      const {outcome, turns} = await launch(folder, backend, {limits: {overdrawn}})
      assert.deepEqual(outcome, {status: 'over-budget', usd: 1, limit: '100 tokens, 1 USD, 1 turn of the budget'})
      assert.equal(turns, 1)
    })
  })

  it('stop an agent that asks its model without end', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async (_request, {emit, spawn}) => {
        for (let turn = 0; turn < 3; turn += 1) emit({type: 'turn'})
        await spawn(['sleep', '300'])
        return {status: 'finished'}
      })
      const {outcome} = await launch(folder, backend, {limits: {turns: 2}})
      assert.deepEqual(outcome, {status: 'failed', retryable: true, cause: 'It took more than 2 turns, which is `limits.turns`.'})
    })
  })

  it('may be longer than a timer of Node can wait', async () => {
    await withFolder(async (folder) => {
      const month = 31 * 24 * 3600 * 1000
      const {outcome} = await launch(folder, shellBackend('sleep 0.1'), {limits: {timeoutMs: month, silenceMs: month}})
      assert.equal(outcome.status, 'finished')
    })
  })
})

describe('cancelling an attempt', () => {
  it('ends the agent at once', async () => {
    await withFolder(async (folder) => {
      const controller = new AbortController()
      const onSpawn = () => controller.abort()
      const {outcome} = await launch(folder, shellBackend('sleep 300'), {signal: controller.signal, onSpawn})
      assert.deepEqual(outcome, {status: 'cancelled'})
      assert.deepEqual(await findMarked(markerOf(folder)), [])
    })
  })

  it('lets an agent end by itself that is told so, for a second at most', async () => {
    await withFolder(async (folder) => {
      const stop = new AbortController()
      const backend = backendOf(async (_request, {spawn, signal}) => {
        async function* input() {
          await new Promise((resolve) => signal.addEventListener('abort', resolve, {once: true}))
          yield 'stop\n'
        }
        const script = 'echo begun; read line; echo "$line" > told.txt; exec sleep 300'
        await spawn(['sh', '-c', script], {input: input(), graceMs: 60_000, onLine: () => stop.abort()})
        return {status: 'finished'}
      })
      const {outcome} = await launch(folder, backend, {signal: stop.signal})
      assert.deepEqual(outcome, {status: 'cancelled'})
      assert.equal(await readFile(path.join(folder, 'told.txt'), 'utf8'), 'stop\n')
    })
  })

  it('counts more than a limit that was reached first', async () => {
    await withFolder(async (folder) => {
      const controller = new AbortController()
      const backend = backendOf(async (_request, {signal}) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        controller.abort()
        return {status: 'finished'}
      })
      const {outcome} = await launch(folder, backend, {signal: controller.signal, limits: {timeoutMs: 20}})
      assert.deepEqual(outcome, {status: 'cancelled'})
    })
  })

  it('starts no agent when it came before the launch', async () => {
    await withFolder(async (folder) => {
      const {outcome, pids} = await launch(folder, shellBackend('touch x'), {signal: AbortSignal.abort()})
      assert.deepEqual(outcome, {status: 'cancelled'})
      assert.deepEqual(pids, [])
    })
  })
})

describe('a backend that breaks the contract', () => {
  it('has failed for good when it throws, and is named', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async () => Promise.reject(new Error('no such field')), 'shaky')
      const {outcome} = await launch(folder, backend)
      assert.deepEqual(outcome, {status: 'failed', retryable: false, cause: 'The agent backend "shaky" is broken: no such field'})
    })
  })

  it('is given up when it does not settle after a limit', async () => {
    await withFolder(async (folder) => {
      const {outcome} = await launch(folder, backendOf(never), {limits: {timeoutMs: 20}, giveUpMs: 50})
      assert.deepEqual(outcome, {status: 'timed-out', limitMs: 20})
    })
  })

  it('is blamed for an outcome that is none', async () => {
    await withFolder(async (folder) => {
      // What a plugin in JavaScript may return.
      const backend = backendOf(async () => ({status: 'failed', retryable: 'yes'}) as unknown as AgentOutcome, 'shaky')
      const {outcome} = await launch(folder, backend)
      assert.equal(outcome.status, 'failed')
      assert.match('cause' in outcome ? outcome.cause : '', /"shaky" is broken: it gave an outcome that is none \(.*retryable/)
    })
  })

  it('is blamed for an event that is none, and stopped', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async (_request, {emit, spawn}) => {
        emit({type: 'nonsense'} as unknown as AgentEvent)
        await spawn(['sleep', '300'])
        return {status: 'finished'}
      }, 'shaky')
      const {outcome} = await launch(folder, backend)
      assert.match('cause' in outcome ? outcome.cause : '', /"shaky" is broken: it gave an event that is none/)
    })
  })

  it('is blamed for input that throws', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async (_request, {spawn}) => {
        async function* input() {
          yield 'begin'
          throw new Error('lost my words')
        }
        await spawn(['sleep', '300'], {input: input()})
        return {status: 'finished'}
      })
      const {outcome} = await launch(folder, backend)
      assert.match('cause' in outcome ? outcome.cause : '', /backend "test" is broken: lost my words/)
    })
  })

  it('is blamed for a callback that throws', async () => {
    await withFolder(async (folder) => {
      const onLine = () => {
        throw new Error('cannot parse')
      }
      const backend = backendOf(async (_request, {spawn}) => {
        await spawn(['sh', '-c', 'echo line; sleep 300'], {onLine})
        return {status: 'finished'}
      })
      const {outcome} = await launch(folder, backend)
      assert.match('cause' in outcome ? outcome.cause : '', /"test" is broken: cannot parse/)
    })
  })
})

describe('the transcript', () => {
  it('begins with who was launched and ends with the outcome', async () => {
    await withFolder(async (folder) => {
      const {entries} = await launch(folder, shellBackend('echo built; echo warned >&2'), {request: {model: 'm1'}})
      const first = entries[0]
      assert.deepEqual([first?.type, first?.role, first?.backend, first?.model], ['attempt', 'implementation-executor', 'test', 'm1'])
      assert.deepEqual(entries.at(-1)?.outcome, {status: 'finished'})
      assert.equal(printed(entries), 'built\n')
      assert.equal(printed(entries, 'stderr'), 'warned\n')
    })
  })

  it('is there while the agent runs, line by line', async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, 'logs', 'a1.ndjson')
      const seen = Promise.withResolvers<string>()
      const backend = backendOf(async (_request, {spawn, signal}) => {
        void spawn(['sh', '-c', 'echo now; sleep 300'], {onLine: () => void readFile(file, 'utf8').then(seen.resolve)})
        await seen.promise
        return signal.aborted ? {status: 'cancelled'} : {status: 'finished'}
      })
      await launch(folder, backend)
      assert.match(await seen.promise, /"type":"stdout","text":"now\\n"/)
    })
  })

  it('has a line that is also reported as text only once', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async (_request, {spawn, emit}) => {
        await spawn(['sh', '-c', 'echo one; echo two'], {onLine: (text) => emit({type: 'text', text})})
        emit({type: 'text', text: 'three'})
        return {status: 'finished'}
      })
      const {entries, activity} = await launch(folder, backend)
      assert.deepEqual(
        entries.filter(({type}) => type === 'text').map(({text}) => text),
        ['three'],
      )
      assert.equal(activity.length, 3)
    })
  })

  it('is for its owner only', async () => {
    await withFolder(async (folder) => {
      await launch(folder, shellBackend('true'))
      assert.equal((await stat(path.join(folder, 'logs', 'a1.ndjson'))).mode & 0o077, 0)
    })
  })

  it('ends the attempt with a clear error when it cannot be written', async () => {
    await withFolder(async (folder) => {
      const started = launch(folder, shellBackend('true'), {transcript: path.join(folder, 'file', 'a1.ndjson')})
      await assert.doesNotReject(started)
      const blocked = launch(folder, shellBackend('true'), {transcript: path.join(folder, 'file', 'a1.ndjson', 'x.ndjson')})
      await assert.rejects(blocked, {code: 'STORE_READ_ONLY', message: /Cannot write the transcript/})
    })
  })

  it('says that the disk is full', async function () {
    await stat('/dev/full').catch(() => this.skip())
    await withFolder(async (folder) => {
      await assert.rejects(launch(folder, shellBackend('sleep 300'), {transcript: '/dev/full'}), {code: 'DISK_FULL'})
      assert.deepEqual(await findMarked(markerOf(folder)), [])
    })
  })
})

describe('an attempt that cannot be recorded', () => {
  it('is stopped, and the reason is rethrown', async () => {
    await withFolder(async (folder) => {
      const onSpawn = async () => Promise.reject(new Error('the store is gone'))
      await assert.rejects(launch(folder, shellBackend('sleep 300'), {onSpawn}), /the store is gone/)
      assert.deepEqual(await findMarked(markerOf(folder)), [])
    })
  })
})

describe('secrets', () => {
  const hostEnv = {PATH: process.env.PATH, ANTHROPIC_API_KEY: 'correct horse+battery'}

  it('are masked in the transcript when they come in two pieces', async () => {
    await withFolder(async (folder) => {
      const script = `printf 'key: correct hor'; sleep 0.2; printf 'se+battery\\nnext\\n'`
      const {entries} = await launch(folder, shellBackend(script), {hostEnv})
      assert.equal(printed(entries), 'key: [secret]\nnext\n')
    })
  })

  it('are masked in prompts, events, causes and activity', async () => {
    await withFolder(async (folder) => {
      const backend = backendOf(async (_request, {emit}) => {
        emit({type: 'tool', name: 'Bash', detail: 'curl -H correct%20horse%2Bbattery'})
        return {status: 'failed', cause: 'refused: correct horse+battery', retryable: true}
      })
      const {outcome, activity, entries} = await launch(folder, backend, {hostEnv, request: {prompt: 'correct horse+battery'}})
      assert.deepEqual(outcome, {status: 'failed', cause: 'refused: [secret]', retryable: true})
      assert.deepEqual(activity, [{type: 'tool', name: 'Bash', detail: 'curl -H [secret]'}])
      assert.doesNotMatch(JSON.stringify(entries), /battery/)
    })
  })
})
