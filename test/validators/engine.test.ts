import assert from 'node:assert/strict'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {NamedVerdict} from '../../src/events.ts'
import type {Validator, ValidatorInput, Verdict} from '../../src/validators/validator.ts'
import {createCheckout, createCriterion, createPhase, validateCheckout} from './support.ts'

const pass: Verdict = {status: 'pass', executed: 1, findings: [], evidence: 'Looked.'}

function validator(name: string, run: (input: ValidatorInput) => Promise<Verdict>): {validator: Validator; options: unknown} {
  return {validator: {name, applies: () => true, run}, options: undefined}
}

const good = validator('good', async () => pass)

describe('validate', () => {
  it('asks the test command first, then the validators in their order, then the criteria', async () => {
    const checkout = await createCheckout({'a.txt': 'a'})
    const phase = createPhase({testCommand: 'test -f a.txt', criteria: [createCriterion('`a.txt` exists')]})
    const told: string[] = []
    const validators = [good, validator('second', async () => ({...pass, status: 'skip'}))]
    const result = await validateCheckout(checkout, {phase, validators, onVerdict: ({validator}) => told.push(validator)})
    assert.deepEqual(
      result.verdicts.map(({validator, status}) => [validator, status]),
      [
        ['test-command', 'pass'],
        ['good', 'pass'],
        ['second', 'skip'],
      ],
    )
    assert.deepEqual(told, ['test-command', 'good', 'second'])
    assert.deepEqual([result.criteria[0]?.id, result.criteria[0]?.verdict, result.passed], ['p1.c1', 'met', true])
  })

  it('fails a phase without a test command', async () => {
    const checkout = await createCheckout({})
    const {passed, verdicts} = await validateCheckout(checkout, {phase: createPhase({testCommand: ' '})})
    assert.deepEqual([passed, verdicts[0]?.findings[0]?.message], [false, 'The phase has no test command.'])
  })

  it('does not run the test command again when its verdict on this checkout is known', async () => {
    const checkout = await createCheckout({})
    const phase = createPhase({
      testCommand: 'touch ran.txt && node --test',
      criteria: [createCriterion('All tests pass'), createCriterion('`ran.txt` does not exist')],
    })
    const knownTests: NamedVerdict = {...pass, executed: 7, validator: 'test-command', evidence: '', duration_ms: 1}
    const {verdicts, criteria} = await validateCheckout(checkout, {phase, validators: [good], knownTests})
    assert.deepEqual([verdicts.map(({validator}) => validator), criteria.map(({verdict}) => verdict)], [['good'], ['met', 'met']])
  })

  it('does not blame a validator when the output of its program cannot be kept', async () => {
    const checkout = await createCheckout({})
    await mkdir(checkout.logDir)
    await writeFile(join(checkout.logDir, '01-runs'), 'in the way')
    const runs = validator('runs', async ({exec}) => {
      await exec(['echo', 'hello'])
      return pass
    })
    await assert.rejects(validateCheckout(checkout, {validators: [runs, good]}), {
      code: 'STORE_READ_ONLY',
      message: /Cannot write the output/,
    })
  })

  it('fails, and says what to type, when a program that a validator needs is missing', async () => {
    const checkout = await createCheckout({})
    const missing = [{tool: 'ruff', install: 'pip install ruff'}]
    const validators = [validator('lint', async () => ({...pass, missing})), good]
    const {passed, verdicts} = await validateCheckout(checkout, {validators})
    assert.deepEqual([passed, verdicts[0]?.status, verdicts[1]?.status], [false, 'fail', 'pass'])
    assert.deepEqual([verdicts[0]?.missing, verdicts[0]?.findings], [missing, [{message: 'ruff is not installed: pip install ruff'}]])
  })

  it('needs no phase', async () => {
    const checkout = await createCheckout({})
    const {passed, verdicts, criteria} = await validateCheckout(checkout, {validators: [good]})
    assert.deepEqual([passed, verdicts.length, criteria], [true, 1, []])
  })

  it('fails for an unmet criterion; for an unverified one only when it is strict', async () => {
    const checkout = await createCheckout({'a.txt': 'a'})
    const of = (markdown: string) => createPhase({testCommand: 'test -f a.txt', criteria: [createCriterion(markdown)]})
    const passed = async (markdown: string, strict: boolean) => (await validateCheckout(checkout, {phase: of(markdown), strict})).passed
    assert.deepEqual(
      [await passed('`b.txt` exists', false), await passed('It is nice', false), await passed('It is nice', true)],
      [false, true, false],
    )
  })

  const broken: readonly (readonly [what: string, run: (input: ValidatorInput) => Promise<Verdict>, says: RegExp])[] = [
    ['throws', () => Promise.reject(new Error('oh')), /`bad` is broken: it threw: oh/],
    ['throws what is no error', () => Promise.reject(Object.create(null)), /`bad` is broken: it threw: \[Object: null prototype\]/],
    // A plugin may return anything.
    [
      'returns nonsense',
      async () => ({status: 'great'}) as unknown as Verdict,
      /`bad` is broken: it returned what is no verdict: status: .*; executed: .*; findings: /,
    ],
    ['passes without checking anything', async () => ({...pass, executed: 0}), /`bad` checked nothing/],
    ['fails without a word', async () => ({...pass, status: 'fail'}), /`bad` failed without a finding/],
    ['changes the tree', async ({cwd}) => (await writeFile(join(cwd, 'a.txt'), 'b'), pass), /`bad` changed 1 tracked files \(a\.txt\)/],
  ]
  for (const [what, run, says] of broken) {
    it(`names a validator that ${what}, and asks the others`, async () => {
      const checkout = await createCheckout({'a.txt': 'a'})
      const {passed, verdicts} = await validateCheckout(checkout, {validators: [validator('bad', run), good]})
      assert.deepEqual([passed, verdicts.map(({status}) => status)], [false, ['fail', 'pass']])
      assert.match(verdicts[0]?.findings.at(-1)?.message ?? '', says)
    })
  }

  it('names files relative to the tree, and none outside of it', async () => {
    const checkout = await createCheckout({'a.txt': 'a'})
    const files = [join(checkout.cwd, 'a.txt'), './a.txt', '../a.txt', '/etc/passwd']
    const findings = files.map((file) => ({message: 'no', file, line: 1}))
    const {verdicts} = await validateCheckout(checkout, {validators: [validator('bad', async () => ({...pass, status: 'fail', findings}))]})
    const places = verdicts[0]?.findings.map(({file, line}) => [file, line])
    assert.deepEqual(new Set(places?.map(String)), new Set(['a.txt,1', ',']))
  })

  it('names those that may have changed the tree when one of them skipped, were it the last', async () => {
    const skip: Verdict = {status: 'skip', executed: null, findings: []}
    const writes = validator('writes', async ({cwd}) => (await writeFile(join(cwd, 'a.txt'), 'b'), skip))
    const told = async (validators: readonly (typeof good)[]) => {
      const {passed, verdicts} = await validateCheckout(await createCheckout({'a.txt': 'a'}), {validators})
      return [
        passed,
        ...verdicts.map(({status, findings}) => /^(?:The|One of the) validators? `\w+`/.exec(findings[0]?.message ?? '')?.[0] ?? status),
      ]
    }
    // Both, or the one that the time of the change tells.
    const [passed, ...verdicts] = await told([writes, good, good])
    assert.deepEqual([passed, verdicts[0], verdicts[2]], [false, 'skip', 'pass'])
    assert.match(String(verdicts[1]), /validators? `writes`/)
    assert.deepEqual(await told([good, writes]), [false, 'pass', 'The validator `writes`'])
  })

  it('leaves a validator behind that never ends, and stops what it started', async () => {
    const checkout = await createCheckout({})
    let isStopped = false
    const hangs = validator('hangs', ({signal}) => {
      signal.addEventListener('abort', () => (isStopped = true))
      return new Promise(() => undefined)
    })
    const {verdicts} = await validateCheckout(checkout, {validators: [hangs, good], limits: {validationMs: 50, validatorMs: 100}})
    assert.deepEqual([isStopped, verdicts.map(({status}) => status)], [true, ['fail', 'pass']])
    assert.match(verdicts[0]?.findings[0]?.message ?? '', /`hangs` is broken: it did not end/)
  })

  it('does not blame a validator for what the test suite writes', async () => {
    const checkout = await createCheckout({'a.txt': 'a'})
    const suite = validator('suite', (input) => input.runTests('sleep 0 && echo more >> a.txt && test -f a.txt'))
    const {verdicts} = await validateCheckout(checkout, {validators: [suite, good]})
    assert.deepEqual([verdicts[0]?.status, verdicts[0]?.findings], ['pass', []])
  })

  it('runs programs for a validator, with its options, and keeps their output', async () => {
    const checkout = await createCheckout({'a.txt': 'hello'})
    const reads = validator('reads', async ({exec, options}) => {
      const {stdout, exitCode} = await exec(['cat', 'a.txt'])
      const missing = await exec(['no-such-program'])
      return {...pass, evidence: `${stdout} ${exitCode} ${String(options)} ${missing.error !== undefined}`}
    })
    const {verdicts} = await validateCheckout(checkout, {validators: [{...reads, options: 'loud'}]})
    assert.equal(verdicts[0]?.evidence, 'hello 0 loud true')
  })

  it('tells a validator what the spec asks for in every phase whose work is validated', async () => {
    const [first, last] = [createPhase({name: 'One', tasks: ['Round half up']}), createPhase({name: 'Two', gotchas: ['No cents']})]
    const asked: (string | undefined)[] = []
    const reads = validator('reads', async ({specText}) => {
      asked.push(specText)
      return pass
    })
    const checkout = await createCheckout({'a.txt': 'a'})
    await validateCheckout(checkout, {validators: [reads]})
    await validateCheckout(checkout, {validators: [reads], phase: last})
    await validateCheckout(checkout, {validators: [reads], phase: last, scope: [first, last]})
    assert.deepEqual(asked, [undefined, 'Two\nNo cents', 'One\nRound half up\nTwo\nNo cents'])
  })
})
