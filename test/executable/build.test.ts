import assert from 'node:assert/strict'
import {execFile, spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {pipeline} from 'node:stream/promises'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {NODE_VERSION} from '../../scripts/binary/targets.ts'

const FILE = process.env['CONDUCT_TEST_BINARY'] ?? ''

describe('beside the single executable', () => {
  it('lies its checksum, in the form of sha256sum', async () => {
    const hash = createHash('sha256')
    await pipeline(createReadStream(FILE), hash)
    assert.equal(await readFile(`${FILE}.sha256`, 'utf8'), `${hash.digest('hex')}  conduct\n`)
  })

  it('lies a bill of what is in it: conduct, packages that are bundled, Node in its version, and no tool of developers', async () => {
    const bill: Bill = JSON.parse(await readFile(`${FILE}.cdx.json`, 'utf8'))
    const names = new Map(bill.components.map(({name, version}) => [name, version]))
    assert.deepEqual([bill.bomFormat, bill.metadata.component.name], ['CycloneDX', 'conduct-cli'])
    const {stdout} = await promisify(execFile)(FILE, ['--version'])
    assert.deepEqual([names.get('node'), stdout.trim().split('node-v')[1]], [NODE_VERSION, NODE_VERSION])
    for (const name of ['execa', 'npm', '@oclif/core', 'zod', '@conduct-cli/agent-acp', '@lezer/lr']) assert.ok(names.has(name), name)
    for (const name of ['yarn', 'esbuild', 'mocha', 'typescript']) assert.equal(names.has(name), false, name)
  })

  it('makes none for a machine that Node is not there for, and says so in one line', () => {
    const script = fileURLToPath(new URL('../../scripts/binary.ts', import.meta.url))
    const {status, stderr} = spawnSync(process.execPath, [script, '--target', 'plan9-x64'], {encoding: 'utf8'})
    assert.deepEqual(
      [status, stderr],
      [1, 'Error: There is no Node for plan9-x64. Targets: linux-x64, linux-arm64, darwin-arm64, darwin-x64, win-x64.\n'],
    )
  })
})

interface Bill {
  readonly bomFormat: string
  readonly metadata: {readonly component: {readonly name: string}}
  readonly components: readonly {readonly name: string; readonly version: string}[]
}
