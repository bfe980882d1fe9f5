import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import type {PhaseText, Project} from '../support/project.ts'
import {createScenario, eventsOf, printCheckout, runScenario} from './scenario.ts'

const BUILD: readonly PhaseText[] = [{name: 'Build', modules: ['shop'], test: 'test -f shop.js'}]
const WORK = 'echo "export const shop = 1" > shop.js'
/** What a person does in the checkout while the agents work; the agent script lies in the checkout. */
const meanwhile = (script: string) =>
  `if [ "$CONDUCT_ATTEMPT$CONDUCT_ROLE" = 1implementation-executor ]; then (cd "$(dirname "$0")" && ${script}); fi`

describe('the checkout of a person', function () {
  this.timeout(60_000)
  let project: Project
  afterEach(() => project.remove())

  it('is byte for byte the same until the finish', async () => {
    const print = 'find . -path ./.git -prune -o -type f -exec sha256sum {} + | sort; sha256sum .git/index .git/HEAD .git/config'
    const phases = ['One', 'Two', 'Three'].map((name) => ({
      name,
      modules: [name.toLowerCase()],
      test: `test -f ${name.toLowerCase()}.print`,
    }))
    project = await createScenario({phases, agent: `(cd "$(dirname "$0")" && { ${print}; }) > "$PWD/$CONDUCT_MODULE.print"`})
    await project.write('untracked.txt', 'mine\n')
    const before = execFileSync('sh', ['-c', print], {cwd: project.root, encoding: 'utf8'})
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 0, result.reason)
    for (const name of ['one', 'two', 'three']) assert.equal(await readFile(join(project.root, `${name}.print`), 'utf8'), before)
    assert.equal(await readFile(join(project.root, 'untracked.txt'), 'utf8'), 'mine\n')
    assert.equal(project.git('status', '--porcelain'), '?? untracked.txt')
  })

  it('with uncommitted changes is not touched at the finish: exit 7, and the command that is printed works', async () => {
    project = await createScenario({phases: BUILD, agent: WORK, files: {'notes.txt': 'old\n'}})
    await project.write('notes.txt', 'new\n')
    const before = await printCheckout(project)
    const {exitCode, result, events} = await runScenario(project)
    assert.equal(exitCode, 7, result.reason)
    assert.equal(result.status, 'waiting')
    assert.deepEqual(await printCheckout(project), before)
    const command = eventsOf(events, 'finish.blocked').at(-1)?.command ?? ''
    assert.match(result.reason, /notes\.txt/)
    assert.ok(result.reason.includes(command) && result.reason.includes(`conduct resume ${result.task_id}`))

    execFileSync('sh', ['-c', command], {stdio: 'pipe'})
    assert.ok(existsSync(join(project.root, 'shop.js')))
    const merged = project.git('rev-parse', 'main')
    const again = await runScenario(project, ['resume'])
    assert.equal(again.exitCode, 0, again.result.reason)
    assert.equal(again.result.sha, merged)
    assert.equal(project.git('status', '--porcelain'), 'M notes.txt')
  })

  it('that was cleaned after a refused finish is moved by resume', async () => {
    project = await createScenario({phases: BUILD, agent: WORK, files: {'notes.txt': 'old\n'}})
    await project.write('notes.txt', 'new\n')
    assert.equal((await runScenario(project)).exitCode, 7)
    project.git('stash')
    const {exitCode, result} = await runScenario(project, ['resume'])
    assert.equal(exitCode, 0, result.reason)
    assert.equal(result.sha, project.git('rev-parse', 'main'))
    project.git('stash', 'pop')
    assert.equal(project.git('status', '--porcelain'), 'M notes.txt')
  })

  it('keeps untracked files that the merge would overwrite: exit 7, and resume goes on once they are gone', async () => {
    project = await createScenario({phases: BUILD, agent: WORK})
    await project.write('shop.js', 'mine\n')
    await project.write('other.txt', 'mine too\n')
    const before = await printCheckout(project)
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 7, result.reason)
    assert.match(result.reason, /untracked files where the merge puts its own \(shop\.js\)/)
    assert.deepEqual(await printCheckout(project), before)
    await rm(join(project.root, 'shop.js'))
    const again = await runScenario(project, ['resume'])
    assert.equal(again.exitCode, 0, again.result.reason)
    assert.equal(project.git('status', '--porcelain'), '?? other.txt')
  })

  it('on another branch by then is left alone, and the base branch moves', async () => {
    project = await createScenario({phases: BUILD, agent: `${meanwhile('git switch --quiet --create side')}\n${WORK}`})
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 0, result.reason)
    assert.equal(result.sha, project.git('rev-parse', 'main'))
    assert.equal(project.git('branch', '--show-current'), 'side')
    assert.equal(project.git('rev-parse', 'HEAD'), result.base.sha)
    assert.equal(project.git('status', '--porcelain'), '')
  })
})

describe('a base branch that moved while the agents worked', function () {
  this.timeout(60_000)
  let project: Project
  afterEach(() => project.remove())

  const commit = (file: string, line: string) =>
    meanwhile(`echo "${line}" > ${file} && git add ${file} && git commit --quiet --message=Person ${file}`)

  it('is merged into the work, and the result verified again before it lands', async () => {
    project = await createScenario({phases: BUILD, agent: `${commit('person.txt', 'hello')}\n${WORK}`})
    const {exitCode, result, events} = await runScenario(project)
    assert.equal(exitCode, 0, result.reason)
    assert.deepEqual(
      project
        .git('ls-tree', '--name-only', 'main')
        .split('\n')
        .filter((name) => /person|shop/.test(name)),
      ['person.txt', 'shop.js'],
    )
    const proof = eventsOf(events, 'validation.finished').findLast(({subject}) => subject.kind === 'finish')
    assert.deepEqual([proof?.sha, proof?.passed], [project.git('rev-parse', 'main'), true])
    assert.equal(project.git('status', '--porcelain'), '')
  })

  it('and breaks the result is not merged: exit 6, and the branch stays where the person left it', async () => {
    const phases = [{name: 'Build', modules: ['shop'], test: 'test -f shop.js && ! test -f person.txt'}]
    const agent = `${commit('person.txt', 'hello')}\n[ "$CONDUCT_ROLE" = fix-executor ] || ${WORK}`
    project = await createScenario({phases, agent, config: {limits: {attempts: 2}}})
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 6, result.reason)
    assert.match(result.reason, /merge into main does not hold/)
    assert.equal(project.git('log', '-1', '--format=%s', 'main'), 'Person')
    assert.equal(project.git('status', '--porcelain'), '')
  })

  it('and conflicts is resolved by the synthesis-architect', async () => {
    const agent = `${commit('shop.js', 'export const person = 1')}
      if [ "$CONDUCT_ROLE" = synthesis-architect ]; then printf 'export const person = 1\\nexport const shop = 1\\n' > shop.js; else ${WORK}; fi`
    project = await createScenario({phases: BUILD, agent})
    const {exitCode, result} = await runScenario(project)
    assert.equal(exitCode, 0, result.reason)
    assert.equal(await readFile(join(project.root, 'shop.js'), 'utf8'), 'export const person = 1\nexport const shop = 1\n')
  })
})
