import assert from 'node:assert/strict'
import {join} from 'node:path'
import type {RunResult} from '../../src/run/result.ts'
import {conduct} from '../support/cli.ts'
import {commandConfig, createProject, specText} from '../support/project.ts'

const SPEC = specText([
  {name: 'Words', modules: ['hello', 'world'], test: 'test -x hello.sh && test -f world.bin', criteria: ['hello.sh exists']},
])

// Writes what only a careful recording keeps: a mode, bytes that are no text, a deletion; says what it used.
const AGENT = `#!/bin/sh
cat > /dev/null
if [ "$CONDUCT_MODULE" = hello ]; then
  printf '#!/bin/sh\\necho hello\\n' > hello.sh; chmod +x hello.sh; rm old.txt
else
  printf '\\000\\377world' > world.bin
fi
echo '{"type":"usage","tokens":7,"usd":0.01}'
`

describe('conduct run --record', function () {
  this.timeout(60_000)

  it('makes recordings from which the replay backend builds the same tree', async () => {
    const files = {'.spec/SPEC.md': SPEC, 'old.txt': 'old\n', 'agent.sh': AGENT, 'conduct.config.json': commandConfig(['./agent.sh'])}
    const first = await createProject(files)
    const second = await createProject(files)
    try {
      const recordings = join(second.root, '..', 'recordings')
      const recorded = await conduct(first, ['run', '--json', '--record', recordings])
      assert.equal(recorded.exitCode, 0, recorded.stdout + recorded.stderr)
      await second.write('conduct.config.json', JSON.stringify({agents: {default: 'replay', backends: {replay: {dir: '../recordings'}}}}))
      const replayed = await conduct(second, ['run', '--json'])
      assert.equal(replayed.exitCode, 7, 'the changed config is an uncommitted change, so the result waits on its branch')
      const {task_id: taskId, usage} = replayed.json<RunResult>()
      assert.equal(second.git('rev-parse', `conduct/${taskId}/integration^{tree}`), first.git('rev-parse', 'HEAD^{tree}'))
      assert.deepEqual(usage, {tokens: 14, usd: 0.02})
    } finally {
      await first.remove()
      await second.remove()
    }
  })
})
