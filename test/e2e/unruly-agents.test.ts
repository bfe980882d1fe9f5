import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {identifyProcess} from '../../src/process.ts'
import type {Project} from '../support/project.ts'
import {createScenario, eventsOf, printCheckout, runScenario, type Scenario} from './scenario.ts'

const WORK = 'echo "export const shop = 1" > shop.js'
const CHECKOUT = '"$(dirname "$0")"'

describe('an agent that', function () {
  this.timeout(60_000)
  let project: Project
  afterEach(() => project.remove())

  async function run(agent: string, config: Scenario['config'] = {}) {
    project = await createScenario({phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.js'}], agent, config})
    const before = await printCheckout(project)
    return {before, ...(await runScenario(project))}
  }
  it('writes a file into the checkout of the person is reported, and the file is not merged', async () => {
    const {exitCode, result, events} = await run(`${WORK}; echo stray > ${CHECKOUT}/stray.txt`)
    assert.equal(exitCode, 0, result.reason)
    assert.deepEqual(eventsOf(events, 'checkout.changed')[0]?.files, ['stray.txt'])
    assert.equal(project.git('status', '--porcelain'), '?? stray.txt')
  })

  it('does all its work in the checkout of the person has done nothing', async () => {
    const {exitCode, result} = await run(`cd ${CHECKOUT} && ${WORK}`, {limits: {attempts: 1}})
    assert.equal(exitCode, 6)
    assert.match(result.reason, /nothing changed in the worktree/)
    assert.equal(project.git('rev-parse', 'main'), result.base.sha)
  })

  it('commits on its own keeps its commits', async () => {
    const {exitCode, result} = await run(`${WORK}; git add shop.js; git -c user.name=Agent -c user.email=a@b commit --quiet --message=Mine`)
    assert.equal(exitCode, 0, result.reason)
    assert.match(project.git('log', '--format=%an %s', 'main'), /^Agent Mine$/m)
  })

  it('switches the branch is reported, and what it left is still its work', async () => {
    const {exitCode, result, events} = await run(
      `git switch --quiet --create elsewhere; ${WORK}; git add shop.js; git -c user.name=Agent -c user.email=a@b commit --quiet --message=Mine`,
    )
    assert.equal(exitCode, 0, result.reason)
    const [strayed] = eventsOf(events, 'attempt.strayed')
    assert.match(strayed?.what ?? '', /left its branch for refs\/heads\/elsewhere.*refs\/conduct\//)
    assert.equal(project.git('show', 'main:shop.js'), 'export const shop = 1')
  })

  it('moves the base branch does not get its commit verified behind our back', async () => {
    const {exitCode, result} = await run(
      `${WORK}; cd ${CHECKOUT} && git update-ref refs/heads/main $(git -c user.name=A -c user.email=a@b commit-tree -p main -m Sneaky main^{tree})`,
    )
    assert.equal(exitCode, 0, result.reason)
    assert.equal(project.git('show', 'main:shop.js'), 'export const shop = 1')
    assert.equal(project.git('status', '--porcelain'), '')
  })

  it('leaves a git repository inside its worktree is told to remove it', async () => {
    const {exitCode, result, before} = await run(
      'mkdir lib; cd lib; git init --quiet; echo 1 > shop.js; git add .; git -c user.name=A -c user.email=a@b commit -qm x',
      {
        limits: {attempts: 1},
      },
    )
    assert.equal(exitCode, 6)
    assert.match(result.reason, /is a git repository of its own.*Remove its \.git folder/)
    assert.deepEqual(await printCheckout(project), before)
  })

  it('plants programs in the git configuration and hooks does not get them run', async () => {
    const {exitCode, result} = await run(`here=$(cd ${CHECKOUT} && pwd)
      git config core.fsmonitor "touch $here/../ran-fsmonitor"
      git config core.sshCommand "touch $here/../ran-ssh"
      git config filter.evil.clean "touch $here/../ran-clean"; git config filter.evil.smudge "touch $here/../ran-smudge"
      git config diff.external "touch $here/../ran-diff"; git config merge.evil.driver "touch $here/../ran-merge"
      echo '* filter=evil merge=evil diff=evil' > .gitattributes
      mkdir -p "$here/.git/hooks"
      for hook in post-checkout post-merge pre-commit commit-msg reference-transaction post-commit post-index-change; do
        printf '#!/bin/sh\\ntouch %s/../ran-%s\\n' "$here" "$hook" > "$here/.git/hooks/$hook"; chmod +x "$here/.git/hooks/$hook"
      done
      ${WORK}`)
    assert.equal(exitCode, 0, result.reason)
    const folder = join(project.root, '..')
    const names =
      'fsmonitor ssh clean smudge diff merge post-checkout post-merge pre-commit commit-msg reference-transaction post-commit post-index-change'
    for (const name of names.split(' ')) assert.equal(existsSync(join(folder, `ran-${name}`)), false, name)
  })

  it('deletes its worktree gets a new one in its next attempt', async () => {
    const {exitCode, result} = await run(`[ "$CONDUCT_ATTEMPT" = 1 ] && { rm -rf "$PWD"; exit 0; }\n${WORK}`)
    assert.equal(exitCode, 0, result.reason)
    assert.equal(result.phases[0]?.modules[0]?.attempts, 2)
  })

  it('always deletes its worktree has failed, like any other that does not do its work', async () => {
    const {exitCode, result, before} = await run('rm -rf "$PWD"', {limits: {attempts: 2}})
    assert.equal(exitCode, 6, result.reason)
    assert.deepEqual(await printCheckout(project), before)
  })

  it('replaces its worktree by a link to the checkout does no harm', async () => {
    const {exitCode, before} = await run(`here=$(cd ${CHECKOUT} && pwd); tree=$PWD; cd /; rm -rf "$tree"; ln -s "$here" "$tree"`, {
      limits: {attempts: 2},
    })
    assert.equal(exitCode, 6)
    assert.deepEqual(await printCheckout(project), before)
  })

  it('prints 50 MB has them in the transcript, not in the result', async () => {
    const {exitCode, result, stdout} = await run(`head -c 50000000 /dev/zero | tr '\\0' x; ${WORK}`)
    assert.equal(exitCode, 0, result.reason)
    assert.ok(stdout.length < 20_000)
  })

  it('hangs is stopped when it says nothing for too long, with all that it started', async () => {
    const {exitCode, result} = await run(`sleep 300 & echo $! > ${CHECKOUT}/../pid; wait`, {limits: {attempts: 1, silence: '1s'}})
    assert.equal(exitCode, 6)
    assert.match(result.reason, /stopped after \d+ s of silence/)
    await assertEnded(project)
  })

  it('leaves programs running does not keep them', async () => {
    const {exitCode, result} = await run(`setsid sleep 300 > /dev/null 2>&1 & echo $! > ${CHECKOUT}/../pid; ${WORK}`)
    assert.equal(exitCode, 0, result.reason)
    await assertEnded(project)
  })
})

/** The program whose pid the agent noted. A zombie that nobody has reaped yet has ended. */
async function assertEnded({root}: Project): Promise<void> {
  const pid = Number(await readFile(join(root, '..', 'pid'), 'utf8'))
  assert.ok(pid > 1)
  assert.equal(await identifyProcess(pid), undefined)
}
