import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {cp, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {conduct, startProgram, type CliResult} from '../support/cli.ts'
import {createProject, type Project} from '../support/project.ts'
import {once} from '../support/scope.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/scripting/', import.meta.url))

describe('the scripts of docs/scripting.md', function () {
  this.timeout(120_000)
  let project: Project
  beforeEach(async () => {
    project = await createProject({})
    await cp(EXAMPLE, project.root, {recursive: true})
    project.git('add', '--all')
    project.git('commit', '--quiet', '--message=Example')
  })
  afterEach(() => project.remove())

  const run = async (program: string, args: readonly string[] = []): Promise<CliResult> => (await startProgram(project, program, args)).done

  /** Both phases complete, the greeter greets, and nothing is left behind. */
  async function assertBuilt({exitCode, stdout, stderr}: CliResult): Promise<void> {
    assert.equal(exitCode, 0, stderr)
    assert.equal(stdout, `${project.git('rev-parse', 'main')}\n`, 'the commit, for whoever captures it')
    assert.equal(spawnSync('sh', ['greet.sh'], {cwd: project.root, encoding: 'utf8'}).stdout, 'Hello, world!\n')
    const {tasks} = (await conduct(project, ['tasks', '--json'])).json<{tasks: {status: string; phases_complete: number}[]}>()
    assert.deepEqual(
      tasks.map(({status}) => status),
      ['complete'],
      'one task, however often the script was started',
    )
    assert.equal(project.git('status', '--porcelain'), '')
    assert.equal(project.git('worktree', 'list').split('\n').length, 1)
    assert.equal(project.git('branch', '--list', 'conduct/*'), '')
  }

  it('build.sh builds both phases, and rolls back when a test fails', async () => {
    const result = await run('./build.sh')
    await assertBuilt(result)
    assert.match(result.stderr, /✖ test-command +fail .*greet\.test\.sh[^]*Phase 2: Sentence, attempt 2/)
  })

  it('build.sh goes on where it was interrupted, and leaves no agent behind', async function () {
    once(this)
    const agent = join(dirname(project.stateDir), 'waiting-agent.sh')
    await writeFile(agent, '#!/bin/sh\necho "an agent waits" >&2\nexec sleep 600\n', {mode: 0o755})
    const {child, done} = await startProgram(project, './build.sh', [], {env: {AGENT: agent}})
    await sees(child.stderr, /(an agent waits[^]*){2}/)
    process.kill(Number(child.pid), 'SIGTERM')
    // Its pipes close when the last process that holds them is gone.
    const {exitCode, stdout, stderr} = await done
    assert.deepEqual([exitCode, stdout], [143, ''])
    assert.match(stderr, /Interrupted\. Go on with: .*build\.sh\n/)
    await assertBuilt(await run('./build.sh'))
  })

  it('the Makefile stops at a failed test with the work rolled back, and goes on', async function () {
    once(this)
    if (isMissing('make', /^GNU Make [4-9]/)) return this.skip()
    const failed = await run('make', ['-j2'])
    assert.equal(failed.exitCode, 2)
    assert.match(
      failed.stderr,
      /✖ test-command +fail .*greet\.test\.sh[^]*Phase 2: Sentence did not pass and was rolled back\. Try it again: make/,
    )
    assert.equal(project.git('ls-files', 'greet.sh'), '')
    await assertBuilt(await run('make', ['-j2']))
  })

  it('shellcheck finds nothing in them', async function () {
    if (isMissing('shellcheck')) return this.skip()
    const {exitCode, stdout} = await run('shellcheck', ['build.sh', 'agent.sh'])
    assert.equal(exitCode, 0, stdout)
  })
})

/** Ends when the output so far matches. */
function sees(stream: NodeJS.ReadableStream | null, pattern: RegExp): Promise<void> {
  let text = ''
  return new Promise((resolve, reject) => {
    stream?.on('data', (chunk: string) => {
      text += chunk
      if (pattern.test(text)) resolve()
    })
    stream?.on('end', () => reject(new Error(`${pattern} was never said:\n${text}`)))
  })
}

/** `.ci/run` installs both tools; elsewhere a test waits for them as pending. */
function isMissing(program: string, version = /./): boolean {
  const {stdout} = spawnSync(program, ['--version'], {encoding: 'utf8'})
  return !version.test(stdout ?? '')
}
