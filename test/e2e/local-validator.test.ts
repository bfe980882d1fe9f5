import assert from 'node:assert/strict'
import {conduct} from '../support/cli.ts'
import {createScenario, eventsOf, runScenario} from './scenario.ts'

const validator = (body: string) =>
  `export default {name: 'strict', applies: () => true, async run({files}) { return {executed: files.length, ${body}} }}\n`
const STRICT = validator("status: 'fail', findings: [{message: 'Not good enough.'}]")
const LAX = validator("status: 'pass', findings: []")

describe('a validator that is a file of the project', () => {
  it('judges as it was when the task began, whatever an agent writes in its worktree or in the checkout', async () => {
    // The agent's own copy, and the person's, which it finds beside the frozen spec's repository.
    const write = `printf '%s' "$LAX" > strict.mjs && printf '%s' "$LAX" > "$CHECKOUT/strict.mjs" && echo a > a.txt`
    const project = await createScenario({
      phases: [{name: 'Build', modules: ['a'], test: 'test -f a.txt'}],
      agent: write,
      files: {'strict.mjs': STRICT},
      config: {validators: ['./strict.mjs'], limits: {attempts: 1}},
    })
    try {
      const env = `LAX=${quote(LAX)}\nCHECKOUT=${quote(project.root)}\n`
      await project.write('agent.sh', `#!/bin/sh\ncat > /dev/null\n${env}${write}\n`)
      const run = await runScenario(project)
      assert.equal(run.exitCode, 6, run.stderr)
      const verdicts = eventsOf(run.events, 'validation.finished').flatMap((event) => event.verdicts)
      assert.deepEqual(verdicts.find(({validator: name}) => name === 'strict')?.findings, [{message: 'Not good enough.'}])
      // In a new process it would be loaded anew.
      const resumed = await conduct(project, ['resume', '--retry', 'a'])
      assert.equal(resumed.exitCode, 4, resumed.stderr)
      assert.match(resumed.stderr, /validator \.\/strict\.mjs is not what it was when the task began[^]*git checkout -- \.\/strict\.mjs/)
      project.git('checkout', '--', './strict.mjs')
      assert.equal((await conduct(project, ['resume', '--retry', 'a'])).exitCode, 6)
    } finally {
      await project.remove()
    }
  }).timeout(60_000)
})

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
