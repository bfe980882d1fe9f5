import assert from 'node:assert/strict'
import {readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {readBaseline} from '../../src/validators/baseline.ts'
import type {Validator} from '../../src/validators/validator.ts'
import {createCheckout, createCriterion, createPhase, ENV, validateCheckout} from './support.ts'

const SECRET = 'v3ry+s3cret/value'
const env = {...ENV, SHOP_TOKEN: SECRET}

/** A suite that prints its secret in every place where a runner looks: output, name of a test, message. */
const SUITE = `
import {test} from 'node:test'
const token = process.env.SHOP_TOKEN
console.log('connecting with ' + token)
console.error('Authorization: Bearer ' + token)
test('logs in with ' + token, () => { throw new Error('refused: ' + token) })
`

/** Every text below a folder, by its path. */
async function textsBelow(folder: string): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile()).map(({parentPath, name}) => join(parentPath, name))
  return Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const))
}

describe('a secret of the environment', () => {
  it('is in no log file, finding, evidence or criterion of a test suite that prints it', async () => {
    const checkout = await createCheckout({'shop.test.mjs': SUITE})
    const phase = createPhase({testCommand: 'node --test', criteria: [createCriterion('`echo $SHOP_TOKEN; false` exits with 0')]})
    const result = await validateCheckout(checkout, {phase, env})
    const [verdict] = result.verdicts
    assert.equal(verdict?.status, 'fail')
    assert.match(verdict?.findings[0]?.message ?? '', /logs in with \[secret\]: .*refused: \[secret\]/)
    assert.equal(JSON.stringify(result).includes(SECRET), false)
    const texts = await textsBelow(checkout.logDir)
    assert.match(texts.map(([, text]) => text).join('\n'), /connecting with \[secret\]/)
    assert.deepEqual(
      texts.filter(([, text]) => text.includes(SECRET)).map(([file]) => file),
      [],
    )
  })

  it('is in nothing that a validator says or starts', async () => {
    const checkout = await createCheckout({'a.txt': 'a'})
    const leaky: Validator = {
      name: 'leaky',
      applies: () => true,
      async run({exec}) {
        const {stdout} = await exec(['sh', '-c', 'echo $SHOP_TOKEN'])
        return {status: 'fail', executed: 1, findings: [{message: stdout, file: 'a.txt', line: 1}], evidence: stdout}
      },
    }
    const {verdicts} = await validateCheckout(checkout, {validators: [{validator: leaky, options: undefined}], env})
    assert.deepEqual(verdicts[0]?.findings, [{message: '[secret]\n', file: 'a.txt', line: 1}])
    assert.equal(verdicts[0]?.evidence, '[secret]\n')
    assert.deepEqual(
      (await textsBelow(checkout.logDir)).map(([, text]) => text),
      ['[secret]\n'],
    )
  })

  it('hides no failure of the base: names of tests are masked there alike', async () => {
    const {cwd, logDir} = await createCheckout({'shop.test.mjs': SUITE})
    const request = {cwd, env, marker: 'secrets', logDir, limits: {validationMs: 60_000}, signal: new AbortController().signal}
    const {failing} = await readBaseline({...request, script: 'node --test'})
    assert.match(failing?.join() ?? '', /logs in with \[secret\]$/)
  })
})

describe('findings without end', () => {
  const endless = (count: number): Validator => ({
    name: 'endless',
    applies: () => true,
    run: async () => ({
      status: 'fail',
      executed: 1,
      findings: Array.from({length: count}, (_item, index) => ({
        message: `finding ${index} ${'x'.repeat(index % 100 === 0 ? 5_000 : 20)}`,
        file: 'a.txt',
        line: index + 1,
        preExisting: index < count - 5,
      })),
    }),
  })

  it('are bounded in number and size, the new ones first, and it says how many are left out', async () => {
    const checkout = await createCheckout({'a.txt': 'a'})
    const {verdicts} = await validateCheckout(checkout, {validators: [{validator: endless(100_000), options: undefined}]})
    const findings = verdicts[0]?.findings ?? []
    assert.ok(JSON.stringify(findings).length < 1024 * 1024)
    assert.deepEqual(
      findings.slice(0, 6).map(({line, preExisting}) => [line, preExisting]),
      [...[99_996, 99_997, 99_998, 99_999, 100_000].map((line) => [line, false]), [1, true]],
    )
    assert.equal(findings.at(-1)?.message, `… and ${(100_001 - findings.length).toLocaleString('en')} more findings.`)
  })
})
