import assert from 'node:assert/strict'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {runProcess, type ProcessRequest, type ProcessResult} from '../src/process.ts'
import {withFolder} from './agents/support.ts'

describe('input that is written while a program runs', () => {
  it('comes as the program asks for it, and ends with the series', async () => {
    const {promise: asked, resolve} = Promise.withResolvers<void>()
    async function* talk() {
      yield 'hello\n'
      await asked
      yield 'goodbye\n'
    }
    const {stdout} = await run('read a; echo "got $a"; read b; echo "got $b"; cat', {input: talk(), onLine: () => resolve()})
    assert.equal(stdout, 'got hello\ngot goodbye\n')
  })

  it('waits while nobody reads, and is told when nobody will', () =>
    withFolder(async (folder) => {
      const source = endless('x'.repeat(65_536))
      const script = `echo begun; while [ ! -e ${join(folder, 'go')} ]; do sleep 0.01; done; head -c 1000000 | wc -c; exec 0<&-; echo closed; sleep 0.1`
      const onLine = (line: string) => {
        if (line !== 'begun') return
        void source.hasPaused().then(() => writeFile(join(folder, 'go'), ''))
      }
      const {stdout, exitCode} = await run(script, {input: source, onLine})
      assert.deepEqual([exitCode, stdout.split(/\s+/)], [0, ['begun', '1000000', 'closed', '']])
      assert.ok(source.given < 40, `${source.given} texts were taken`)
      assert.equal(source.isOver, true)
    }))

  it('ends with a program that does not exist', async () => {
    const source = endless('x'.repeat(65_536))
    const {error} = await runProcess({argv: ['no-such-program'], cwd: '/', env: {}, marker: 'feed-missing', input: source})
    assert.match(error ?? '', /ENOENT/)
    assert.equal(source.isOver, true)
  })

  it('that fails is the end of what the program reads, and is told', async () => {
    const faults: unknown[] = []
    async function* fail() {
      yield 'one'
      throw new Error('no more')
    }
    const {stdout} = await run('cat', {input: fail(), onInputFault: (error) => faults.push(error)})
    assert.equal(stdout, 'one')
    assert.match(String(faults), /no more/)
  })
})

describe('a program that may end by itself', () => {
  it('is told by its input that it is stopped, and given a moment', async () => {
    const stop = new AbortController()
    async function* untilStopped() {
      yield 'begin\n'
      await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, {once: true}))
      yield 'stop\n'
    }
    const options = {input: untilStopped(), signal: stop.signal, graceMs: 20_000, onLine: () => stop.abort()}
    const {exitCode, aborted} = await run('read a; echo "$a"; read b; test "$b" = stop && exit 7', options)
    assert.deepEqual([exitCode, aborted], [7, true])
  })

  it('is ended when it does not', async () => {
    const stop = new AbortController()
    const {signal} = await run('echo begun; exec sleep 300', {signal: stop.signal, graceMs: 20, onLine: () => stop.abort()})
    assert.equal(signal, 'SIGTERM')
  })
})

function run(script: string, options: Partial<ProcessRequest>): Promise<ProcessResult> {
  const marker = `feed-${process.pid}`
  return runProcess({argv: ['sh', '-c', script], cwd: '/', env: {PATH: process.env['PATH'] ?? ''}, marker, ...options})
}

/** Says how often it was asked, and when it is not any more. */
function endless(text: string) {
  const source = {
    given: 0,
    isOver: false,
    [Symbol.asyncIterator]: () => ({
      next: async () => ({done: false as const, value: (source.given++, text)}),
      return: async () => ({done: (source.isOver = true) as true, value: undefined}),
    }),
    /** Nothing was taken from it for a while of the event loop. */
    async hasPaused() {
      for (let before = -1; before !== source.given;) {
        before = source.given
        for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
  return source
}
