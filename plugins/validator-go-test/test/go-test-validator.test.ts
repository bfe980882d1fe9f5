import assert from 'node:assert/strict'
import {createCheckout, createPhase, ENV, validateCheckout} from '../../../test/validators/support.ts'
import {needs} from '../../../test/validators/tools.ts'
import {validatorContract} from '../../../test/validators/validator-contract.ts'
import {goTestValidator} from '../src/go-test-validator.ts'

const mod = (name: string, more = '') => `module example.com/${name}\n\ngo 1.19\n${more}`
const tests = (body: string, name = 'a') => `package ${name}\n\nimport "testing"\n\n${body}\n`
const passing = tests('func TestOk(t *testing.T) {}')
const failing = tests('func TestOk(t *testing.T) {}\n\nfunc TestSum(t *testing.T) {\n\tt.Errorf("want %d", 3)\n}')
const needsGo = function (this: Mocha.Context) {
  // A user who has never built anything compiles the standard library first.
  this.timeout(240_000)
  needs(this, 'go', 'test', '-run', '^$', 'fmt')
}

validatorContract({
  validator: goTestValidator,
  nothing: {'main.go': 'package main\n'},
  good: {'go.mod': mod('a'), 'a_test.go': passing},
  bad: {'go.mod': mod('a'), 'a_test.go': failing},
  before: needsGo,
})

describe('go-test', function () {
  this.timeout(120_000)
  const validators = [{validator: goTestValidator, options: undefined}]
  const verdictOf = async (files: Readonly<Record<string, string>>, env = ENV) =>
    (await validateCheckout(await createCheckout(files), {validators, env})).verdicts[0]
  before(needsGo)

  it('names a failing subtest, with the file and line of what it says, and counts each test once', async () => {
    const body =
      'func TestA(t *testing.T) {\n\tt.Run("x/y", func(t *testing.T) {\n\t\tt.Error("bad")\n\t})\n\tt.Run("z", func(t *testing.T) {})\n}\nfunc TestB(t *testing.T) { t.Skip("later") }'
    const verdict = await verdictOf({'go.mod': mod('a'), 'a.go': 'package a\n', 'lib/a_test.go': tests(body), 'other/a_test.go': passing})
    const found = verdict?.findings.map(({message, file, line, test}) => [message, file, line, test])
    assert.deepEqual(found, [['example.com/a/lib.TestA/x/y: bad', 'lib/a_test.go', 7, 'example.com/a/lib.TestA/x/y']])
    assert.equal(verdict?.executed, 3)
    assert.match(verdict?.evidence ?? '', /No tests in example\.com\/a\./)
  })

  it('says where the project panicked', async () => {
    const code = 'package a\n\nfunc Boom() {\n\tpanic("oh")\n}\n'
    const verdict = await verdictOf({'go.mod': mod('a'), 'a.go': code, 'a_test.go': tests('func TestBoom(t *testing.T) { Boom() }')})
    const [finding] = verdict?.findings ?? []
    assert.deepEqual([finding?.file, finding?.line], ['a.go', 4])
    assert.match(finding?.message ?? '', /^example\.com\/a\.TestBoom: panic: oh/)
  })

  it('names file and line of what does not build, and never takes it for an old failure', async () => {
    const files = {'go.mod': mod('a'), 'a_test.go': passing, 'lib/b.go': 'package lib\n\nvar B = missing\n'}
    const suiteBaseline = async () => ({failing: ['lib/b.go:3'], exitCode: 1})
    const [verdict] = (await validateCheckout(await createCheckout(files), {validators, suiteBaseline})).verdicts
    assert.deepEqual([verdict?.status, verdict?.findings], ['fail', [{message: 'undefined: missing', file: 'lib/b.go', line: 3}]])
  })

  it('fails when there is no test at all', async () => {
    const verdict = await verdictOf({'go.mod': mod('a'), 'a.go': 'package a\n'})
    assert.deepEqual([verdict?.status, verdict?.executed], ['fail', 0])
    assert.match(verdict?.findings[0]?.message ?? '', /ran no test/)
  })

  it('fails for a TestMain that ends with another code than its tests', async () => {
    const main = tests('func TestOk(t *testing.T) {}\n\nfunc TestMain(m *testing.M) { m.Run(); os.Exit(3) }').replace(
      'import "testing"',
      'import (\n\t"os"\n\t"testing"\n)',
    )
    const verdict = await verdictOf({'go.mod': mod('a'), 'a_test.go': main})
    assert.deepEqual([verdict?.status, verdict?.findings[0]?.test], ['fail', 'example.com/a'])
    assert.match(verdict?.findings[0]?.message ?? '', /failed although none of its tests did/)
  })

  it('tests every module, in a workspace or beside it, and places its failures', async () => {
    const verdict = await verdictOf({
      'go.work': 'go 1.19\n\nuse (\n\t./back // the server\n)\n',
      'back/go.mod': mod('back'),
      'back/a.go': 'package a\n\nvar B = missing\n',
      "it's/go.mod": mod('its'),
      "it's/a_test.go": failing,
      'a.go': 'package a\n',
      'vendor/x/go.mod': mod('x'),
      'vendor/x/x_test.go': failing,
    })
    const places = verdict?.findings.map(({file, line}) => `${file}:${line}`)
    assert.deepEqual([verdict?.executed, places], [2, ["it's/a_test.go:8", 'back/a.go:3']])
  })

  it('calls a module that cannot be fetched a thing of the machine', async () => {
    const files = {
      'go.mod': mod('a', '\nrequire example.org/nothing v1.0.0\n'),
      'go.sum': `example.org/nothing v1.0.0 h1:${'a'.repeat(43)}=\nexample.org/nothing v1.0.0/go.mod h1:${'a'.repeat(43)}=\n`,
      'a_test.go': passing.replace('import "testing"', 'import (\n\t_ "example.org/nothing"\n\t"testing"\n)'),
    }
    const verdict = await verdictOf(files, {...ENV, GOPROXY: 'off', GOFLAGS: '-mod=mod'})
    assert.deepEqual(verdict?.missing, [{tool: 'a module that go.mod requires', install: 'go mod download'}])
  })

  it('does not run again what the phase runs already', async () => {
    const checkout = await createCheckout({'go.mod': mod('a'), 'a_test.go': passing})
    const {verdicts} = await validateCheckout(checkout, {validators, phase: createPhase({testCommand: 'go test -v ./...'})})
    assert.deepEqual([verdicts[0]?.executed, verdicts[1]?.status], [1, 'skip'])
  })
})

describe('go-test without Go', () => {
  it('says how to install what is missing', async () => {
    const checkout = await createCheckout({'go.mod': mod('a'), 'a_test.go': passing})
    const validators = [{validator: goTestValidator, options: undefined}]
    const [verdict] = (await validateCheckout(checkout, {validators, env: {...ENV, PATH: checkout.cwd}})).verdicts
    assert.deepEqual([verdict?.status, verdict?.missing?.[0]?.tool], ['fail', 'go'])
  })
})
