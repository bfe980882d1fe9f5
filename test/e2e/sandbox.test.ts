import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, readdir, realpath, rm, writeFile} from 'node:fs/promises'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join, resolve} from 'node:path'
import {findMarked} from '../../src/process.ts'
import type {Check} from '../../src/project/check.ts'
import {conduct, startCli, type CliOptions} from '../support/cli.ts'
import type {Project} from '../support/project.ts'
import {needsAgents} from '../support/real-agents.ts'
import {needsBwrap, needsSrt} from '../support/sandbox.ts'
import {createScenario, runScenario, type Scenario} from './scenario.ts'

const SRT = resolve(import.meta.dirname, '../agents/node_modules/.bin')
const ONE_PHASE: Pick<Scenario, 'phases'> = {
  phases: [{name: 'Build', modules: ['shop', 'cart'], test: 'test -f shop.js && test -f cart.js'}],
}

/** `try NAME COMMAND…` notes in the worktree whether it was allowed, and what it said. */
const TRY = `
main=$(cd "$(dirname "$0")" && pwd)
report=$PWD/report-$CONDUCT_MODULE.txt
try() { name=$1; shift; if said=$("$@" 2>&1); then echo "$name: allowed"; else echo "$name: refused: $(echo "$said" | tail -1)"; fi >> "$report"; }
git() { command git -c user.name=Agent -c user.email=a@b "$@"; }
`

/** What an agent tries that is to keep to its worktree. */
const BREAK_OUT = `
try checkout sh -c "echo x > '$main/stray.txt'"
try linked sh -c "ln -s '$main' out && echo x > out/stray.txt"; rm -f out
try hook sh -c "echo x > '$main/.git/hooks/post-merge'"
try config command git -C "$main" config core.fsmonitor "touch $main/ran"
try base command git update-ref refs/heads/main HEAD
try home sh -c 'echo x > ~/stray.txt'
case $CONDUCT_MODULE in shop) other=cart;; *) other=shop;; esac
try worktree sh -c "echo x > ../p1-$other/stray.txt"
try store sh -c 'ls "$(dirname "$CONDUCT_SPEC")/../../state.db"'
try key sh -c 'cat ~/.ssh/id_ed25519'
try netrc grep secret ~/.netrc
try spec grep Build "$CONDUCT_SPEC"
try temporary mktemp
`

const WORK = `
echo "export const $CONDUCT_MODULE = 1" > $CONDUCT_MODULE.js
git add . && git commit --quiet --message="By $CONDUCT_MODULE"
`

/** The work of both, and nothing that a sandbox lays beside it. */
const TREE = ['.spec', 'agent.sh', 'cart.js', 'conduct.config.json', 'report-cart.txt', 'report-shop.txt', 'shop.js']

const REFUSED = 'checkout linked hook config base home worktree store key netrc'.split(' ')

describe('a sandbox', function () {
  this.timeout(120_000)
  let folder: string
  let home: string
  let project: Project | undefined
  let forbidden: Server
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'conduct-sandbox-test-')))
    home = join(folder, 'home of me')
    await mkdir(join(home, '.ssh'), {recursive: true})
    await writeFile(join(home, '.ssh', 'id_ed25519'), 'secret')
    await writeFile(join(home, '.netrc'), 'secret')
    forbidden = await serve('forbidden')
  })
  afterEach(async () => {
    forbidden.close()
    await project?.remove()
    await rm(folder, {recursive: true, force: true})
  })

  const connect = () => `try network bash -c 'exec 3<>/dev/tcp/127.0.0.1/${portOf(forbidden)}'`

  async function create(agent: string, sandbox: unknown): Promise<Project> {
    project = await createScenario({...ONE_PHASE, agent: TRY + agent, config: {sandbox}})
    return project
  }

  /** Nothing outside was touched, and each module says what it was refused. */
  async function assertKept({git, root}: Project, refused: readonly string[]): Promise<void> {
    for (const module of ['shop', 'cart']) {
      const report = git('show', `main:report-${module}.txt`).split('\n')
      const told = new Map(report.map((line) => [line.split(':')[0], line]))
      for (const name of refused) assert.match(told.get(name) ?? '', /: refused: /, `${module} ${name}:\n${report.join('\n')}`)
      for (const name of ['spec', 'temporary']) assert.equal(told.get(name), `${name}: allowed`, report.join('\n'))
      assert.match(git('log', '--format=%an %s', 'main'), new RegExp(`^Agent By ${module}$`, 'm'))
    }
    assert.match(git('show', 'main:report-shop.txt'), /^checkout: refused: .*Read-only file system$/m)
    assert.equal(git('status', '--porcelain'), '')
    assert.deepEqual(git('ls-tree', '--name-only', 'main').split('\n'), TREE)
    assert.equal(existsSync(join(root, '.git/hooks/post-merge')), false)
    assert.doesNotMatch(git('config', '--list'), /fsmonitor/)
    assert.deepEqual(
      (await readdir(home)).filter((name) => !name.startsWith('.')),
      [],
    )
  }

  it('of bubblewrap keeps agents to their worktrees, dies with conduct, and the run goes on', async function () {
    await needsBwrap(this)
    const shared = join(folder, 'shared')
    await mkdir(shared)
    const hold = `test -e "${shared}/$CONDUCT_MODULE" || { touch "${shared}/$CONDUCT_MODULE"; setsid sleep 300 & sleep 300; }`
    const made = await create(hold + BREAK_OUT + connect() + WORK, {kind: 'bwrap', write: [shared], network: 'none'})
    // A conduct that is killed leaves its temporary files.
    const options: CliOptions = {env: {HOME: home, TMPDIR: folder}}
    const {child, done} = startCli(made, ['run'], options)
    for (const module of ['shop', 'cart']) await until(() => existsSync(join(shared, module)))
    child.kill('SIGKILL')
    await done
    const [taskId = ''] = await readdir(join(made.stateDir, 'tasks'))
    await until(async () => (await findMarked(taskId)).length === 0)

    const {exitCode, result} = await runScenario(made, ['resume'], options)
    assert.equal(exitCode, 0, result.reason)
    await assertKept(made, [...REFUSED, 'network'])
  })

  it('of srt keeps them from hosts that are not listed as well', async function () {
    await needsAgents(this)
    const path = [SRT, dirname(process.execPath), process.env.PATH].join(delimiter)
    await needsSrt(this, path)
    const allowed = await serve('allowed')
    try {
      const get = (name: string, server: Server) =>
        `try ${name} env NODE_USE_ENV_PROXY=1 node -e '${FETCH}' http://127.0.0.1:${portOf(server)}/\n`
      const hosts = get('listed', allowed) + get('unlisted', forbidden)
      const made = await create(BREAK_OUT + connect() + '\n' + hosts + WORK, {kind: 'srt', network: [`127.0.0.1:${portOf(allowed)}`]})
      const {exitCode, result} = await runScenario(made, ['run'], {env: {HOME: home, PATH: path}})
      assert.equal(exitCode, 0, result.reason)
      await assertKept(made, [...REFUSED, 'network', 'unlisted'])
      assert.match(made.git('show', 'main:report-cart.txt'), /^listed: allowed$/m)
    } finally {
      allowed.close()
    }
  })

  it('that does not work here ends the run before anything is started, with what to type', async () => {
    await writeFile(join(folder, 'bwrap'), '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2; exit 1\n', {mode: 0o755})
    const options = {env: {HOME: home, PATH: [folder, process.env.PATH].join(delimiter)}}
    const made = await create(WORK, 'bwrap')
    const {exitCode, stderr} = await conduct(made, ['run'], options)
    assert.equal(exitCode, 5)
    assert.match(stderr, /sandbox of the configuration cannot be had: .*No permissions to create new namespace/)
    assert.match(stderr, /→ .*(user namespaces|bubblewrap)/)
    assert.equal(existsSync(join(made.stateDir, 'tasks')), false)
    const {checks} = (await conduct(made, ['doctor', '--json'], options)).json<{readonly checks: readonly Check[]}>()
    assert.equal(checks.find(({name}) => name === 'sandbox')?.status, 'fail')
  })
})

const FETCH = 'fetch(process.argv[1]).then(async (r) => { console.log(r.status, await r.text()); process.exit(r.ok ? 0 : 1) })'

async function serve(text: string): Promise<Server> {
  const server = createServer((_request, response) => response.end(text))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return server
}

const portOf = (server: Server) => (server.address() as AddressInfo).port

/** Looks again and again, for a minute at most. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000
  while (!(await holds())) {
    assert.ok(Date.now() < end, `still not so: ${holds}`)
    await new Promise((done) => setTimeout(done, 20))
  }
}
