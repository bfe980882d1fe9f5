import assert from 'node:assert/strict'
import {createScenario, printCheckout, runScenario, type Scenario} from './scenario.ts'

interface Lie extends Omit<Scenario, 'agent'> {
  readonly name: string
  /** What the agent does instead of its work. */
  readonly lie: string
  /** What it does when it is sent in again. */
  readonly repair: string
  /** What the reason must say. */
  readonly says: RegExp
}

const SUM = {
  'package.json': '{"type": "module"}\n',
  'sum.js': 'export const sum = (a, b) => a + b\n',
  'sum.test.js':
    "import {test} from 'node:test'\nimport {equal} from 'node:assert/strict'\nimport {sum} from './sum.js'\ntest('adds', () => equal(sum(1, 2), 3))\n",
}
const SHOP_TEST =
  "import {test} from 'node:test'; import {equal} from 'node:assert/strict'; import {shop} from './shop.js'; test('shop', () => equal(shop, 1))"
const TESTED = `echo "${SHOP_TEST}" > shop.test.js`

const LIES: readonly Lie[] = [
  {
    name: 'does nothing and says that it is done',
    phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.js'}],
    lie: 'echo done',
    repair: 'echo "export const shop = 1" > shop.js',
    says: /Module shop of Phase 1: Build .*nothing changed/,
  },
  {
    name: 'leaves a TODO in the code',
    phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.js'}],
    lie: 'echo "// TODO: write the shop" > shop.js',
    repair: 'echo "export const shop = 1" > shop.js',
    says: /todo: shop\.js:1 .*TODO/,
  },
  {
    name: 'breaks tests that passed before',
    phases: [{name: 'Build', modules: ['shop'], test: 'node --test'}],
    files: SUM,
    lie: 'echo "export const shop = 1" > shop.js; echo "export const sum = (a, b) => a - b" > sum.js',
    repair: 'echo "export const shop = 1" > shop.js; echo "export const sum = (a, b) => b + a" > sum.js',
    says: /test-command: .*adds/,
  },
  {
    name: 'has a test command that runs no test',
    phases: [{name: 'Build', modules: ['shop'], test: 'node --test'}],
    lie: 'echo "export const shop = 1" > shop.js',
    repair: TESTED.replace('echo', 'echo "export const shop = 1" > shop.js; echo'),
    says: /test-command: The test command ran no test/,
  },
  {
    name: 'skips the test that its work broke',
    phases: [{name: 'Build', modules: ['shop'], test: 'node --test'}],
    files: SUM,
    lie: 'echo "export const sum = (a, b) => a - b" > sum.js; sed -i "s/test(/test.skip(/" sum.test.js',
    repair: 'echo "export const sum = (a, b) => b + a" > sum.js; sed -i "s/test.skip(/test(/" sum.test.js',
    says: /test-integrity: sum\.test\.js:4 .*`adds` is skipped by `test\.skip`/,
  },
  {
    name: 'deletes a test of an earlier phase that its work broke',
    phases: [
      {name: 'Build', modules: ['shop'], test: 'node --test'},
      {name: 'Sell', modules: ['shop'], test: 'test -f sale.js'},
    ],
    lie: `if [ -f shop.js ]; then echo "export const sale = 1" > sale.js; rm -f shop.test.js; else echo "export const shop = 1" > shop.js; ${TESTED}; fi`,
    repair: TESTED,
    says: /test-integrity: shop\.test\.js .*deleted.*`shop`.*Restore/,
  },
  {
    name: 'is sent in to mend a phase, and deletes the test that was written for it',
    phases: [{name: 'Build', modules: ['shop'], test: 'node --test'}],
    files: SUM,
    lie: `if [ "$CONDUCT_ROLE" = fix-executor ]; then rm shop.test.js; else ${TESTED}; echo "export const shop = 2" > shop.js; fi`,
    repair: 'echo "export const shop = 1" > shop.js',
    says: /test-integrity: shop\.test\.js .*deleted.*`shop`.*Restore/,
  },
  {
    name: 'leaves out a file that the criteria name',
    phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.js', criteria: ['`shop.md` exists']}],
    lie: 'echo "export const shop = 1" > shop.js',
    repair: 'echo "export const shop = 1" > shop.js; echo "# Shop" > shop.md',
    says: /criterion \S+ is unmet: .*shop\.md/,
  },
]

describe('an agent that lies', function () {
  this.timeout(60_000)
  for (const {name, lie, repair, says, ...scenario} of LIES) {
    describe(name, () => {
      it('is not believed: exit 6, the base branch and the checkout untouched, the reason readable', async () => {
        const project = await createScenario({...scenario, agent: lie, config: {limits: {attempts: 2}}})
        try {
          const before = await printCheckout(project)
          const {exitCode, result} = await runScenario(project)
          assert.equal(exitCode, 6, result.reason)
          assert.equal(result.status, 'failed')
          assert.match(result.reason, says)
          assertReadable(result.reason)
          assert.deepEqual(await printCheckout(project), before)
        } finally {
          await project.remove()
        }
      })

      it('is sent in again with what was found, and its repaired work is merged', async () => {
        const agent = `if [ "$CONDUCT_ATTEMPT" = 1 ]; then ${lie}; exit 0; fi\n[ "$CONDUCT_ROLE" = fix-executor ] || exit 1\n${repair}`
        const project = await createScenario({...scenario, agent})
        try {
          const {exitCode, result} = await runScenario(project)
          assert.equal(exitCode, 0, result.reason)
          assert.equal(result.sha, project.git('rev-parse', 'main'))
          assert.equal(project.git('status', '--porcelain'), '')
        } finally {
          await project.remove()
        }
      })
    })
  }
})

/** One paragraph, that says what to type next. */
function assertReadable(reason: string): void {
  assert.doesNotMatch(reason, /\n/)
  assert.ok(reason.length < 1_000, `${reason.length} characters`)
  assert.match(reason, /the base branch is untouched/)
  assert.match(reason, /conduct logs shop --task [a-z0-9]{8}/)
  assert.match(reason, /conduct resume [a-z0-9]{8} --retry shop/)
}
