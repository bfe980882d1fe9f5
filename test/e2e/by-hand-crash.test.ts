import assert from 'node:assert/strict'
import {execFile, execFileSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {conduct, startCli} from '../support/cli.ts'
import {send} from '../support/crash.ts'
import {createProject, specText, type Project} from '../support/project.ts'

describe('an operation that is killed with SIGKILL', function () {
  this.timeout(60_000)
  let project: Project
  let pipe = ''

  beforeEach(async () => {
    project = await createProject({'one.txt': 'one\n'})
    pipe = join(project.root, '..', 'pipe')
    execFileSync('mkfifo', [pipe, `${pipe}.open`])
    const test = `echo $$ > '${pipe}'; exec 3<>'${pipe}.open'; read answer <&3`
    await project.write('.spec/SPEC.md', specText([{name: 'Core', modules: ['one'], test}]))
    project.git('add', '--all')
    project.git('commit', '--quiet', '--message=Spec')
  })
  afterEach(() => project.remove())

  it('leaves its test command running; the next operation ends it, and says so', async () => {
    const task = (await conduct(project, ['start', 'One text'])).stdout.trim()
    const begun = promisify(execFile)('cat', [pipe])
    const {child, done} = startCli(project, ['phase', 'validate', '1'])
    const testPid = Number((await begun).stdout)
    send(child, 'SIGKILL')
    await done
    assert.ok(isRunning(testPid), 'nobody ended it yet')

    const {exitCode, stderr} = await conduct(project, ['checkpoint', 'Core'])
    assert.equal(exitCode, 0, stderr)
    assert.ok(!isRunning(testPid))
    const log = (await conduct(project, ['store', 'export', '--task', task])).stdout
    assert.match(log, /orphans\.killed/)
  })
})

/** A zombie is dead: where init reaps late, or never, it is still there. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
  } catch {
    return false
  }
}
