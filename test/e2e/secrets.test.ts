import assert from 'node:assert/strict'
import {mkdir, readFile, readdir, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {conduct} from '../support/cli.ts'
import type {Project} from '../support/project.ts'
import {createScenario, eventsOf, runScenario} from './scenario.ts'

const SECRET = 'v3ry+s3cret/value'
const DATABASE = 'postgres://shop:p4ss-of-the-shop@db.example.org/shop'
/** Keeps its prompts where the test finds them, and says aloud what it knows. */
const AGENT = `#!/bin/sh
cat > "$PROMPTS/$CONDUCT_ROLE-$CONDUCT_ATTEMPT"
echo "my token is $SHOP_TOKEN"
echo "export const shop = $CONDUCT_ATTEMPT" >> shop.js
`
const SUITE = `
import {test} from 'node:test'
console.log('connecting to ' + process.env.DATABASE_URL)
console.error('Authorization: Bearer ' + process.env.SHOP_TOKEN)
test('logs in with ' + process.env.SHOP_TOKEN, () => {
  throw new Error('refused: ' + process.env.SHOP_TOKEN)
})
`

describe('what a run makes known', function () {
  this.timeout(120_000)
  let project: Project
  afterEach(() => project.remove())

  const promptsOf = async (folder: string) =>
    Promise.all((await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const))

  it('is no secret of its environment, though agents and tests print it everywhere', async () => {
    project = await createScenario({
      phases: [{name: 'Build', modules: ['shop'], test: 'node --test', criteria: ['`echo $SHOP_TOKEN; false` exits with 0']}],
      agent: '',
      files: {'agent.sh': AGENT, 'package.json': '{"type": "module"}\n', 'shop.test.js': SUITE},
      config: {limits: {attempts: 2}, validators: [], agents: agentsConfig(['SHOP_TOKEN', 'DATABASE_URL', 'PROMPTS'])},
    })
    const prompts = join(dirname(project.stateDir), 'prompts')
    await mkdir(prompts)
    const env = {SHOP_TOKEN: SECRET, DATABASE_URL: DATABASE, PROMPTS: prompts}
    const run = await runScenario(project, ['run'], {env})
    assert.equal(run.exitCode, 6, run.stderr)
    const status = await conduct(project, ['status'], {env})
    const logs = await conduct(project, ['logs', 'shop'], {env})
    const said = [run.stdout, run.stderr, JSON.stringify(run.events), status.stdout, logs.stdout]
    const written = [...(await promptsOf(prompts)), ...(await textsBelow(project.stateDir))]
    const fixPrompt = written.find(([name]) => name.startsWith('fix-executor'))?.[1] ?? ''
    assert.match(fixPrompt, /logs in with \[secret\][^]*refused: \[secret\]/)
    assert.match(logs.stdout, /my token is \[secret\]/)
    for (const secret of [SECRET, 'p4ss-of-the-shop']) {
      assert.deepEqual(
        written.filter(([, text]) => text.includes(secret)).map(([name]) => name),
        [],
        'written',
      )
      assert.deepEqual(
        said.filter((text) => text.includes(secret)),
        [],
        'said',
      )
    }
    const validation = await conduct(project, ['validate', '--phase', '1', '--junit', '-'], {env})
    assert.match(validation.stdout, /logs in with \[secret\]/)
    assert.equal((validation.stdout + validation.stderr).includes(SECRET), false)
    await removeOutputs(validation.stderr)
  })

  it('is not more than anybody reads: of 100,000 findings an agent gets a page of new ones', async () => {
    project = await createScenario({
      phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.js'}],
      agent: '',
      files: {'agent.sh': AGENT, 'tools/endless.mjs': ENDLESS},
      config: {limits: {attempts: 2}, validators: ['./tools/endless.mjs'], agents: agentsConfig(['PROMPTS'])},
    })
    const prompts = join(dirname(project.stateDir), 'prompts')
    await mkdir(prompts)
    const {exitCode, events, stdout} = await runScenario(project, ['run'], {env: {PROMPTS: prompts}})
    assert.equal(exitCode, 6)
    const fixPrompt = (await promptsOf(prompts)).find(([name]) => name.startsWith('fix-executor'))?.[1] ?? ''
    assert.match(fixPrompt, /shop\.js:1: new one\n/)
    assert.match(fixPrompt, /… and \d+ more findings, left out here/)
    assert.doesNotMatch(fixPrompt, /with the number (?!99\d{3})/)
    assert.ok(Buffer.byteLength(fixPrompt) < 24 * 1024, `${Buffer.byteLength(fixPrompt)} bytes`)
    const [validation] = eventsOf(events, 'validation.finished')
    assert.ok(JSON.stringify(validation).length < 256 * 1024)
    assert.ok(stdout.length < 1024 * 1024)
  })
})

const agentsConfig = (env: readonly string[]) => ({default: 'command', env, backends: {command: {run: ['./agent.sh']}}})

const ENDLESS = `
const finding = (_item, index) =>
  index === 99_000
    ? {message: 'new one', file: 'shop.js', line: 1}
    : {message: 'one, with the number ' + index, file: 'shop.js', line: index + 1, preExisting: index < 99_000}
export default {
  name: 'endless',
  applies: () => true,
  run: async () => ({status: 'fail', executed: 1, findings: Array.from({length: 100_000}, finding)}),
}
`

async function textsBelow(folder: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile()).map(({parentPath, name}) => join(parentPath, name))
  return Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')] as const))
}

/** What `conduct validate` kept of a failure. */
async function removeOutputs(words: string): Promise<void> {
  const [, logs] = /^full output: (.+)$/m.exec(words) ?? []
  if (logs === undefined) return
  const texts = await textsBelow(logs)
  assert.deepEqual(
    texts.filter(([, text]) => text.includes(SECRET)).map(([name]) => name),
    [],
  )
  await rm(dirname(logs), {recursive: true})
}
