import assert from 'node:assert/strict'
import {createScenario, eventsOf, printCheckout, runScenario, type RunOutcome} from './scenario.ts'
import type {Project} from '../support/project.ts'

/** Both modules change the only line of the file. */
const both = (synthesis: string) => `if [ "$CONDUCT_ROLE" = synthesis-architect ]; then
${synthesis}
else
echo "total = $CONDUCT_MODULE" > total.txt
fi`

async function runConflict(synthesis: string, check: (outcome: RunOutcome, project: Project, before: unknown) => Promise<void> | void) {
  const project = await createScenario({
    phases: [{name: 'Sum', modules: ['net', 'gross'], test: 'test -s total.txt'}],
    files: {'total.txt': 'total = 0\n'},
    agent: both(synthesis),
    config: {limits: {attempts: 2}},
  })
  try {
    const before = await printCheckout(project)
    await check(await runScenario(project), project, before)
  } finally {
    await project.remove()
  }
}

describe('two modules that change the same line', function () {
  this.timeout(60_000)
  it('are merged by the synthesis-architect, with a receipt that both sides are there', () =>
    runConflict("printf 'total = net\\ntotal = gross\\n' > total.txt", ({exitCode, result, events}, project) => {
      assert.equal(exitCode, 0, result.reason)
      assert.equal(project.git('show', 'main:total.txt'), 'total = net\ntotal = gross')
      const {receipt} = eventsOf(events, 'module.merged').find(({module}) => module === 'gross') ?? {}
      assert.deepEqual(receipt, {
        reachable: true,
        hunks_checked: receipt?.hunks_checked,
        hunks_lost: [],
        conflicts: ['total.txt'],
        resolved_by: 'synthesis-architect',
      })
      assert.ok((receipt?.hunks_checked ?? 0) >= 2)
    }))

  it('are shown to the synthesis-architect as three sides', () =>
    runConflict(
      `grep -q '^<<<<<<<' total.txt || exit 1
      printf 'total = net\\ntotal = gross\\n' > total.txt`,
      ({exitCode, result}) => assert.equal(exitCode, 0, result.reason),
    ))

  const refused: readonly [string, string, RegExp][] = [
    ['leaves the conflict markers', 'echo resolved', /Conflict markers are left/],
    ['drops a side', "echo 'total = gross' > total.txt", /dropped this change.*total = net/],
    ['drops both sides', "echo 'total = 7' > total.txt", /dropped this change/],
    ['deletes the file', 'rm total.txt', /dropped this change/],
    ['fails', 'exit 3', /exit code 3/],
  ]
  for (const [what, synthesis, says] of refused) {
    it(`are left for a person when the agent ${what}: exit 7, nothing merged`, () =>
      runConflict(synthesis, async ({exitCode, result}, project, before) => {
        assert.equal(exitCode, 7, result.reason)
        assert.match(result.reason, says)
        assert.match(result.reason, /Module gross .*total\.txt/)
        assert.match(result.reason, /the base branch is untouched.*conduct resume/)
        assert.doesNotMatch(result.reason, /\n/)
        assert.deepEqual(await printCheckout(project), before)
        // Both sides are still on their branches.
        assert.equal(project.git('show', `${result.phases[0]?.modules[1]?.branch}:total.txt`), 'total = gross')
      }))
  }
})
