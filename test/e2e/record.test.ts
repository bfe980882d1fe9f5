import assert from 'node:assert/strict'
import {access, readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {RunResult} from '../../src/run/result.ts'
import {conduct} from '../support/cli.ts'
import {createProject, specText, type Project} from '../support/project.ts'

const SPEC = specText([
  {
    name: 'Words',
    modules: ['hello', 'world'],
    test: 'test -x hello.sh && test -f world.bin && test -f fixed.txt',
    criteria: ['hello.sh exists', 'The words are friendly'],
  },
])

const FILES = {
  '.spec/SPEC.md': SPEC,
  'old.txt': 'old\n',
  'kept.txt': 'as it was\n',
  'tool.sh': '#!/bin/sh\n',
  'shared.txt': 'one\ntwo\nthree\n',
}

/**
 * Does all that only a careful recording keeps, and in every role: bytes that are no text, modes, links, names with spaces, what
 * one attempt wrote and the next took back, commits of its own, a limit of the provider, a death of conduct in the middle.
 */
const AGENT = `#!/bin/sh
cat > /dev/null
beside=$(cd "$(dirname "$0")/.." && pwd)
first_time() { mkdir "$beside/seen-$1" 2> /dev/null; }
answer() { printf '%s' "$1" > .conduct-answer.json; }
case "$CONDUCT_ROLE $CONDUCT_MODULE $CONDUCT_ATTEMPT" in
  "implementation-executor hello 1")
    echo left > left.txt; echo changed > kept.txt; echo 'key of nobody: '"$AGENT_API_KEY"; exit 1;;
  "fix-executor hello 2")
    if first_time death; then echo half > half.txt; kill -9 $PPID; sleep 60; fi
    printf '#!/bin/sh\\necho hello\\n' > hello.sh; chmod +x hello.sh; chmod -x tool.sh
    git mv old.txt 'new name.txt'; ln -s hello.sh link; rm -f left.txt; git checkout kept.txt
    sed -i.bak s/two/hello/ shared.txt; rm shared.txt.bak
    git add --all; git -c user.name=A -c user.email=a@b commit --quiet --message=Mine;;
  "implementation-executor world 1")
    if first_time limit; then echo early > early.txt; echo 1; exit 75; fi
    printf '\\000\\377world' > world.bin; sed -i.bak s/two/world/ shared.txt; rm shared.txt.bak;;
  synthesis-architect*)
    printf 'one\\nhello\\nworld\\nthree\\n' > shared.txt;;
  fix-executor*)
    echo fixed > fixed.txt;;
  code-reviewer*)
    answer '{"criteria":[{"id":"p1.c2","verdict":"met","evidence":{"file":"hello.sh","line":2,"quote":"echo hello"},"reason":"It greets."}]}';;
  security-auditor*)
    answer '{"findings":[]}';;
esac
echo '{"type":"usage","tokens":7,"usd":0.01}'
`

const CONFIG = {
  agents: {default: 'command', env: ['AGENT_API_KEY'], backends: {command: {run: ['./agent.sh']}, replay: {dir: '../recordings'}}},
  review: {security: 'high'},
}

describe('conduct run --record', function () {
  this.timeout(120_000)

  it('makes recordings from which the replay backend builds the same tree in every commit', async () => {
    const files = {...FILES, 'agent.sh': AGENT, 'conduct.config.json': JSON.stringify(CONFIG)}
    const first = await createProject(files)
    const second = await createProject(files)
    try {
      const recordings = join(second.root, '..', 'recordings')
      const env = {AGENT_API_KEY: 'a1b2c3d4-nobodys-key'}
      const killed = await conduct(first, ['run', '--json', '--record', recordings], {env})
      assert.equal(killed.signal, 'SIGKILL', killed.stdout + killed.stderr)
      const recorded = await conduct(first, ['resume', '--json', '--record', recordings], {env})
      assert.equal(recorded.exitCode, 0, recorded.stdout + recorded.stderr)
      const replayed = await conduct(second, ['run', '--json', '--agent', 'replay'])
      assert.equal(replayed.exitCode, 0, replayed.stdout + replayed.stderr)

      assert.deepEqual(treesOf(second), treesOf(first))
      for (const gone of ['left.txt', 'half.txt', 'old.txt']) await assert.rejects(access(join(second.root, gone)), gone)
      assert.equal(await readFile(join(second.root, 'shared.txt'), 'utf8'), 'one\nhello\nworld\nthree\n')
      assert.deepEqual(verdictsOf(replayed.json<RunResult>()), verdictsOf(recorded.json<RunResult>()))
      assert.deepEqual((await readdir(join(recordings, 'p1'))).sort(), ['hello', 'hello,world', 'world'])
      const failed = await readFile(join(recordings, 'p1/hello/implementation-executor-1/recording.json'), 'utf8')
      assert.match(failed, /key of nobody: \[secret\]/)
    } finally {
      await first.remove()
      await second.remove()
    }
  })
})

function treesOf({git}: Project): readonly string[] {
  return git('log', '--topo-order', '--format=%T', 'main').split('\n')
}

function verdictsOf({phases}: RunResult): readonly string[] {
  return phases.flatMap(({criteria}) => criteria.map(({id, verdict}) => `${id} ${verdict}`))
}
