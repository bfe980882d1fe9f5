import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'

const BUSY = fileURLToPath(new URL('support/busy.ts', import.meta.url))
const runtime = 'Deno' in globalThis ? ['run', '--allow-all', '--quiet'] : []
const compute = (who: string) => spawnSync(process.execPath, [...runtime, BUSY, who], {encoding: 'utf8'})

describe('a process that computes without a pause', () => {
  it('is ended with the name of the plugin that was at work', () => {
    const {signal, stdout, stderr} = compute('plugin')
    assert.deepEqual([signal, stdout], ['SIGKILL', ''])
    assert.match(stderr, /^Error: plugin kept conduct busy for 1 s without a pause, so conduct was ended\.$/m)
  })

  it('is let be once no plugin is at work', () => {
    const {signal, stdout, stderr} = compute('nobody')
    assert.deepEqual([signal, stdout, stderr], [null, 'done', ''])
  })
})
