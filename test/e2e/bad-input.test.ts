import assert from 'node:assert/strict'
import {execFileSync, spawnSync} from 'node:child_process'
import {mkdir, mkdtemp, readdir, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {conduct} from '../support/cli.ts'
import {commandConfig, createProject, specText, type Project} from '../support/project.ts'
import {createScenario, eventsOf, printCheckout, runScenario} from './scenario.ts'

interface ErrorObject {
  readonly error: {readonly code: string; readonly message: string; readonly suggestions: readonly string[]; readonly exit_code: number}
}

interface Refusal {
  readonly exitCode: number
  readonly code: string
  readonly says: RegExp
  readonly hints: RegExp
}

const SPEC = specText([{name: 'Build', modules: ['shop'], test: 'true'}])
const FILES = {'.spec/SPEC.md': SPEC, 'agent.sh': '#!/bin/sh\necho 1 > shop.js\n', 'conduct.config.json': commandConfig(['./agent.sh'])}
const isRoot = process.getuid?.() === 0

/** The same refusal for people and for scripts. */
async function assertRefused(project: Pick<Project, 'root' | 'stateDir'>, {exitCode, code, says, hints}: Refusal): Promise<void> {
  const [people, scripts] = await Promise.all([conduct(project, ['run']), conduct(project, ['run', '--json'])])
  assert.equal(people.exitCode, exitCode, people.stderr)
  assert.equal(people.stdout, '')
  assert.match(people.stderr, says)
  assert.match(people.stderr, hints)
  assert.doesNotMatch(people.stderr, /\n\s+at /, 'no stack')
  const {error} = scripts.json<ErrorObject>()
  assert.deepEqual([scripts.exitCode, error.exit_code, error.code], [exitCode, exitCode, code])
  assert.match(error.message, says)
  assert.match(error.suggestions.join('\n'), hints)
}

/** No task, no ref, no worktree, no file. */
async function assertNothingChanged(project: Project, before: unknown): Promise<void> {
  assert.deepEqual(await printCheckout(project), before)
  assert.equal(project.git('for-each-ref', '--format=%(refname)', 'refs/conduct', 'refs/heads/conduct'), '')
  assert.equal(project.git('worktree', 'list').split('\n').length, 1)
  assert.deepEqual(await listState(project), [])
}

/** What a task would have left in the state directory. */
async function listState({stateDir}: Pick<Project, 'stateDir'>): Promise<readonly string[]> {
  const folders = ['tasks', 'worktrees'].map((name) => readdir(join(stateDir, name)).catch(() => []))
  return (await Promise.all(folders)).flat()
}

describe('conduct run refuses', function () {
  this.timeout(60_000)
  const SPECS: readonly (Refusal & {readonly name: string; readonly spec: string})[] = [
    ...['../x', '-f', 'a b', 'con'].map((module) => ({
      name: `a module called ${module}`,
      spec: SPEC.replace('Modules: shop', `Modules: ${module}`),
      exitCode: 3,
      code: 'SPEC_INVALID',
      says: new RegExp(`SPEC\\.md:8:10 error "${module.replace('.', '\\.')}" cannot be the name of a module`),
      hints: /conduct spec check/,
    })),
    {
      name: 'a spec with problems, and tells them all at once',
      spec: SPEC.replace('Modules: shop', 'Modulse: shop').replace(/Test Command: .*/, ''),
      exitCode: 3,
      code: 'SPEC_INVALID',
      says: /SPEC\.md:5:1 error .*modules[^]*SPEC\.md:5:1 error .*test command/i,
      hints: /conduct spec check/,
    },
    {name: 'a spec without phases', spec: '# Shop\n', exitCode: 3, code: 'SPEC_INVALID', says: /phases/i, hints: /conduct spec check/},
  ]
  for (const {name, spec, ...refusal} of SPECS) {
    it(name, async () => {
      const project = await createProject({...FILES, '.spec/SPEC.md': spec})
      try {
        const before = await printCheckout(project)
        await assertRefused(project, refusal)
        await assertNothingChanged(project, before)
      } finally {
        await project.remove()
      }
    })
  }

  const PROJECTS: readonly (Refusal & {
    readonly name: string
    readonly files: Readonly<Record<string, string>>
    readonly git?: string[]
  })[] = [
    {
      name: 'a project without a spec',
      files: {...FILES, '.spec/SPEC.md': ''},
      git: ['rm', '--quiet', '--force', '.spec/SPEC.md'],
      exitCode: 3,
      code: 'SPEC_NOT_FOUND',
      says: /no spec at \.spec\/SPEC\.md/,
      hints: /conduct spec init/,
    },
    {
      name: 'an unknown key in the config',
      files: {...FILES, 'conduct.config.json': '{"agent": {}}'},
      exitCode: 4,
      code: 'CONFIG_INVALID',
      says: /conduct\.config\.json: agent: unknown key; did you mean "agents"/,
      hints: /configuration/,
    },
    {
      name: 'a config that is no JSON',
      files: {...FILES, 'conduct.config.json': '{"agents": '},
      exitCode: 4,
      code: 'CONFIG_INVALID',
      says: /conduct\.config\.json/,
      hints: /./,
    },
    {
      name: 'an unknown validator',
      files: {...FILES, 'conduct.config.json': commandConfig(['./agent.sh'], {validators: ['tood']})},
      exitCode: 4,
      code: 'CONFIG_INVALID',
      says: /`tood`/,
      hints: /Did you mean `todo`/,
    },
    {
      name: 'an agent program that is missing',
      files: {...FILES, 'conduct.config.json': commandConfig(['./nope.sh'])},
      exitCode: 5,
      code: 'AGENT_UNAVAILABLE',
      says: /"\.\/nope\.sh" .* is not there/,
      hints: /nope\.sh and make it executable/,
    },
    {
      name: 'an agent backend that nobody brings',
      files: {...FILES, 'conduct.config.json': '{"agents": {"default": "nobody"}}'},
      exitCode: 5,
      code: 'AGENT_UNAVAILABLE',
      says: /no agent backend called nobody/,
      hints: /plugin/,
    },
    {
      name: 'a detached HEAD',
      files: FILES,
      git: ['checkout', '--quiet', '--detach'],
      exitCode: 5,
      code: 'DETACHED_HEAD',
      says: /on no branch \(detached HEAD\)/,
      hints: /git switch/,
    },
    {
      name: 'a branch without a commit',
      files: FILES,
      git: ['checkout', '--quiet', '--orphan', 'empty'],
      exitCode: 5,
      code: 'NO_COMMIT',
      says: /has no commit yet/,
      hints: /git commit/,
    },
  ]
  for (const {name, files, git, ...refusal} of PROJECTS) {
    it(name, async () => {
      const project = await createProject(files)
      try {
        if (git) project.git(...git)
        const before = await printCheckout(project)
        await assertRefused(project, refusal)
        await assertNothingChanged(project, before)
      } finally {
        await project.remove()
      }
    })
  }
})

describe('conduct run refuses a folder', function () {
  this.timeout(60_000)
  let folder = ''
  let place: {root: string; stateDir: string}

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'conduct-test-')))
    place = {root: join(folder, 'here'), stateDir: join(folder, 'state')}
    await mkdir(place.root)
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('that is in no git repository', async () => {
    await assertRefused(place, {exitCode: 5, code: 'NOT_A_REPOSITORY', says: /is not inside a usable git repository/, hints: /git init/})
    assert.deepEqual([await readdir(place.root), await listState(place)], [[], []])
  })

  it('that is a bare repository', async () => {
    execFileSync('git', ['init', '--quiet', '--bare'], {cwd: place.root})
    const before = await readdir(place.root, {recursive: true})
    await assertRefused(place, {exitCode: 5, code: 'BARE_REPOSITORY', says: /is a bare git repository/, hints: /git clone/})
    assert.deepEqual([await readdir(place.root, {recursive: true}), await listState(place)], [before, []])
  })
})

describe('conduct run refuses a state directory', function () {
  this.timeout(60_000)
  let project: Project
  let isMounted = false

  beforeEach(async () => {
    project = await createProject(FILES)
  })
  afterEach(async () => {
    if (isMounted) spawnSync('umount', [project.stateDir])
    isMounted = false
    await project.remove()
  })

  /** Only root can mount, and no other way to such a disk leaves the machine usable. */
  async function mountDisk(context: Mocha.Context, options: string): Promise<void> {
    await mkdir(project.stateDir, {recursive: true})
    const again = isMounted ? ['-o', `remount,${options}`] : ['-t', 'tmpfs', '-o', options]
    isMounted = (isRoot && spawnSync('mount', [...again, 'none', project.stateDir]).status === 0) || isMounted
    if (isMounted) return
    if (context.test) context.test.title += ' (skipped: may not mount a disk)'
    context.skip()
  }

  it('on a full disk', async function () {
    await mountDisk(this, 'size=64k')
    await writeFile(join(project.stateDir, 'ballast'), Buffer.alloc(1024 * 1024)).catch(() => undefined)
    const before = await printCheckout(project)
    await assertRefused(project, {exitCode: 5, code: 'STORE_FULL', says: /No space is left/, hints: /Free some space/})
    await assertNothingChanged(project, before)
  })

  it('on a read-only disk', async function () {
    await mountDisk(this, 'size=1m')
    await mountDisk(this, 'ro')
    const before = await printCheckout(project)
    await assertRefused(project, {exitCode: 5, code: 'STORE_READ_ONLY', says: /cannot be written/, hints: /CONDUCT_STATE_DIR/})
    await assertNothingChanged(project, before)
  })

  it('that is a file', async () => {
    await writeFile(project.stateDir, '')
    const before = await printCheckout(project)
    await assertRefused(project, {exitCode: 5, code: 'STORE_UNREACHABLE', says: /cannot be opened/, hints: /CONDUCT_STATE_DIR/})
    await assertNothingChanged(project, before)
  })
})

describe('a disk that fills up while agents work', function () {
  this.timeout(60_000)
  let project: Project
  let isMounted = false
  afterEach(async () => {
    if (isMounted) spawnSync('umount', [project.stateDir])
    await project.remove()
  })

  it('stops the run with exit 5, and resume goes on when there is room', async function () {
    const agent = 'up="$(dirname "$0")/../state"; [ -e "$up/room" ] || head -c 64m /dev/zero > "$up/ballast" 2> /dev/null; echo 1 > shop.js'
    project = await createScenario({phases: [{name: 'Build', modules: ['shop'], test: 'test -f shop.js'}], agent})
    await mkdir(project.stateDir, {recursive: true})
    isMounted = isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'none', project.stateDir]).status === 0
    if (!isMounted) {
      if (this.test) this.test.title += ' (skipped: may not mount a disk)'
      this.skip()
    }
    const before = await printCheckout(project)
    const stopped = await conduct(project, ['run'])
    assert.equal(stopped.exitCode, 5, stopped.stderr)
    assert.match(stopped.stderr, /space/i)
    assert.match(stopped.stderr, /conduct resume/)
    assert.deepEqual(await printCheckout(project), before)
    await rm(join(project.stateDir, 'ballast'))
    await writeFile(join(project.stateDir, 'room'), '')
    const {exitCode, result, events} = await runScenario(project, ['resume'])
    assert.equal(exitCode, 0, result.reason)
    assert.equal(eventsOf(events, 'task.completed').length, 1)
  })
})
