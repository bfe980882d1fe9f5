import assert from 'node:assert/strict'
import {mkdir, realpath, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {askHome} from '../../src/agents/sandbox/agent-home.ts'
import {bwrapArguments} from '../../src/agents/sandbox/bwrap.ts'
import {findMounts, findOtherRefs} from '../../src/agents/sandbox/look.ts'
import {tryBwrap, trySrt} from '../../src/agents/sandbox/machine.ts'
import {isHidden, orderMounts, type Mount, type MountKind} from '../../src/agents/sandbox/mounts.ts'
import {listPlaces, type PlacesInput} from '../../src/agents/sandbox/places.ts'
import {describeSandbox, findSandboxProblem, toSandboxSettings} from '../../src/agents/sandbox/settings.ts'
import {hasLoopback, srtArguments, srtSettings} from '../../src/agents/sandbox/srt.ts'
import {backendOf, withFolder} from './support.ts'

const folder = (kind: MountKind, path: string): Mount => ({kind, path, isFolder: true})
const file = (kind: MountKind, path: string): Mount => ({kind, path, isFolder: false})

describe('the key `sandbox`', () => {
  it('is the name of a sandbox, or an object with more to say', () => {
    assert.equal(toSandboxSettings('none'), undefined)
    assert.equal(describeSandbox({kind: 'srt', network: ['a.b', '*.c.d']}), 'srt, network: a.b, *.c.d')
    assert.deepEqual(toSandboxSettings('bwrap'), {kind: 'bwrap', write: [], hide: [], network: 'all'})
    const srt = {kind: 'srt', network: ['api.anthropic.com'], write: ['~/.cache']} as const
    assert.deepEqual(toSandboxSettings(srt), {...srt, hide: []})
  })

  it('says what to write where hosts and sandbox do not fit', () => {
    assert.match(findSandboxProblem('srt') ?? '', /"srt" needs the hosts .* \{"kind": "srt", "network": \["api\.anthropic\.com"\]\}/)
    assert.match(findSandboxProblem({kind: 'srt', network: 'none'}) ?? '', /"srt" needs the hosts/)
    assert.match(findSandboxProblem({kind: 'bwrap', network: ['a.b']}) ?? '', /"bwrap" lets agents reach every host or none/)
    assert.match(findSandboxProblem({kind: 'bwrap', write: ['']}) ?? '', /is empty/)
    assert.match(findSandboxProblem({kind: 'srt', network: ['https://a.b']}) ?? '', /"https:\/\/a\.b" is no host; write "api/)
    assert.equal(findSandboxProblem({kind: 'bwrap', network: 'none', hide: ['secrets']}), undefined)
    assert.equal(findSandboxProblem({kind: 'srt', network: ['a.b', '*.a.b', 'a.b:443', '127.0.0.1:1', '[::1]:80', 'localhost']}), undefined)
  })
})

describe('the places of a sandbox', () => {
  const git = {commonDir: '/home/me/shop/.git', gitDir: '/home/me/shop/.git/worktrees/p1-cart', ref: 'refs/heads/conduct/t1/p1/cart'}
  const input: PlacesInput = {
    git,
    settings: {kind: 'bwrap', network: 'all', write: ['~/.cache', 'build'], hide: ['.env']},
    cwd: '/state/worktrees/shop/t1/p1-cart',
    projectDir: '/home/me/shop',
    home: '/home/me',
    pathVariable: '/usr/bin:bin:/tmp/tools',
    tmp: '/tmp/own/tmp',
    agentHome: {write: ['/home/me/.claude'], keep: ['/home/me/.claude/settings.json']},
    hide: ['/state'],
    show: ['/state/tasks/t1/SPEC.md'],
  }
  const places = listPlaces(input)
  const of = (kind: MountKind) => places.filter((place) => place.kind === kind).map(({path}) => path)

  it('open the worktree, what a commit needs, the home of the agent, and what the configuration names', () => {
    assert.deepEqual(of('write'), [
      input.cwd,
      input.tmp,
      '/home/me/.claude',
      '/home/me/.cache',
      '/home/me/shop/build',
      '/home/me/shop/.git/objects',
      '/home/me/shop/.git/lfs',
      '/home/me/shop/.git/reftable',
      '/home/me/shop/.git/worktrees/p1-cart',
      '/home/me/shop/.git/refs/heads/conduct/t1/p1',
      '/home/me/shop/.git/logs/refs/heads/conduct/t1/p1',
    ])
  })

  it('keep what git runs or trusts, and hide state, sockets and keys', () => {
    const kept = ['hooks', 'config', 'objects/pack', 'objects/info', 'worktrees/p1-cart/config.worktree', 'worktrees/p1-cart/gitdir']
    for (const name of kept) assert.ok(of('keep').includes(`/home/me/shop/.git/${name}`), name)
    for (const path of [`${input.cwd}/.git`, '/home/me/.claude/settings.json']) assert.ok(of('keep').includes(path), path)
    for (const path of ['/state', '/run', '/home/me/.ssh', '/home/me/.netrc', '/home/me/shop/.env'])
      assert.ok(of('hide').includes(path), path)
  })

  it('on a detached worktree open no branch', () => {
    const detached = listPlaces({...input, git: {...git, ref: null}})
    assert.equal(
      detached.some(({kind, path}) => kind === 'write' && path.includes('/refs')),
      false,
    )
  })

  it('are looked up by their canonical paths, and must be there when the configuration names them', () =>
    withFolder(async (root) => {
      await mkdir(join(root, 'real'))
      await writeFile(join(root, 'real', 'key'), 'secret')
      await symlink(join(root, 'real', 'key'), join(root, 'link'))
      const found = await findMounts([
        {kind: 'hide', path: join(root, 'link')},
        {kind: 'hide', path: join(root, 'missing')},
        {kind: 'write', path: join(root, 'made'), make: true},
      ])
      const real = await realpath(root)
      assert.deepEqual(found, [file('hide', join(real, 'real', 'key')), folder('write', join(real, 'made'))])
      await assert.rejects(
        findMounts([{kind: 'write', path: join(root, 'gone'), key: 'sandbox.write'}]),
        /`sandbox.write` names .*gone, which is not there/,
      )
      await assert.rejects(findMounts([{kind: 'write', path: '/', key: 'sandbox.write'}]), /which is everything/)
    }))

  it('keep the branches of other modules, which lie beside the own one', () =>
    withFolder(async (root) => {
      await mkdir(join(root, 'refs/heads/c'), {recursive: true})
      for (const name of ['own', 'other', 'own.lock']) await writeFile(join(root, 'refs/heads/c', name), '')
      const git = {commonDir: root, gitDir: root, ref: 'refs/heads/c/own'}
      assert.deepEqual(await findOtherRefs(git), [{kind: 'keep', path: join(root, 'refs/heads/c/other')}])
    }))
})

describe('the mounts of a sandbox', () => {
  it('come folder before content, the stronger word for each path, and what is hidden is sealed at the end', () => {
    const mounts = [
      folder('write', '/state/tree'),
      file('hide', '/home/me/.netrc'),
      folder('hide', '/state'),
      folder('scratch', '/tmp'),
      folder('hide', '/same'),
      folder('write', '/same'),
      file('keep', '/state/tree/.git'),
    ]
    const argv = bwrapArguments(['agent', 'a b\nc'], {mounts, cwd: '/state/tree', network: 'none', emptyFile: '/empty'})
    const text = argv.slice(argv.indexOf('/proc') + 1).join(' ')
    assert.equal(
      text,
      '--bind /same /same --tmpfs /state --tmpfs /tmp --bind /state/tree /state/tree --ro-bind /empty /home/me/.netrc ' +
        '--ro-bind /state/tree/.git /state/tree/.git --remount-ro /state --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try ' +
        '--cap-drop ALL --die-with-parent --new-session --unshare-net --chdir /state/tree -- agent a b\nc',
    )
    assert.equal(argv.at(-1), 'a b\nc')
    assert.deepEqual(
      orderMounts([folder('show', '/b/c'), folder('hide', '/b')]).map(({path}) => path),
      ['/b', '/b/c'],
    )
  })

  it('tell what is out of sight', () => {
    const mounts = [folder('scratch', '/tmp'), folder('show', '/tmp/project')]
    assert.deepEqual(
      ['/tmp/x', '/tmp/project/x', '/tmpx', '/usr'].map((place) => isHidden(place, mounts)),
      [true, false, false, false],
    )
  })

  it('are four lists to srt, which starts in an empty folder and keeps the exit code', () => {
    const mounts = [
      folder('scratch', '/tmp'),
      folder('hide', '/state'),
      folder('show', '/state/a'),
      folder('write', '/w'),
      file('keep', '/w/.git'),
    ]
    assert.deepEqual(srtSettings({mounts, network: ['a.b']}), {
      network: {allowedDomains: ['a.b'], deniedDomains: [], strictAllowlist: true},
      filesystem: {denyRead: ['/state'], allowRead: ['/state/a', '/w'], allowWrite: ['/w'], denyWrite: ['/w/.git']},
    })
    const start = {cwd: '/a b', settingsFile: '/s.json', exitFile: '/t/.exit', reachesLoopback: true}
    const argv = srtArguments(['agent', '$HOME'], start)
    assert.deepEqual(
      [argv.slice(0, 4), argv.slice(-5)],
      [
        ['srt', '--settings', '/s.json', '--'],
        ['sh', '/t/.exit', '/a b', 'agent', '$HOME'],
      ],
    )
    assert.match(argv[6] ?? '', /^unset NO_PROXY/)
    assert.deepEqual(
      ['127.0.0.1:80', 'localhost', '[::1]:9', 'localhost.org'].map((host) => hasLoopback([host])),
      [true, true, true, false],
    )
  })
})

describe('a sandbox that cannot be had', () => {
  it('says why, and what to type', async () => {
    const nowhere = {PATH: '/nonexistent'}
    const [bwrap, srt, mac] = await Promise.all([tryBwrap(nowhere, 'linux'), trySrt(nowhere), tryBwrap(nowhere, 'darwin')])
    assert.ok(!bwrap.works && /not installed/.test(bwrap.problem) && /apt install bubblewrap/.test(bwrap.hints[0] ?? ''))
    assert.ok(!srt.works && /npm install --global @anthropic-ai\/sandbox-runtime/.test(srt.hints[0] ?? ''))
    assert.ok(!mac.works && /for Linux/.test(mac.problem))
  })

  it('names the cause where user namespaces are not allowed', () =>
    withFolder(async (bin) => {
      const script =
        '#!/bin/sh\n[ "$1" = --version ] && { echo bubblewrap 0.8.0; exit; }\necho "bwrap: setting up uid map: Permission denied" >&2; exit 1\n'
      await writeFile(join(bin, 'bwrap'), script, {mode: 0o755})
      const offer = await tryBwrap({PATH: `${bin}:/usr/bin:/bin`}, 'linux')
      assert.ok(!offer.works)
      assert.equal(offer.problem, 'Bubblewrap 0.8.0 is not allowed here: bwrap: setting up uid map: Permission denied')
      assert.match(offer.hints[0] ?? '', /unprivileged_userns/)
    }))

  it('is a fault of the plugin when a backend names a home that would open everything', async () => {
    const ask = (write: readonly string[]) =>
      askHome({...backendOf(async () => ({status: 'finished'})), home: () => ({write})}, {options: undefined, cwd: '/', env: {}})
    assert.deepEqual(await ask(['/home/me/.agent']), {write: ['/home/me/.agent']})
    for (const bad of ['/', '/../', '.agent', '/a\0']) await assert.rejects(ask([bad]), /names a home that is no list of absolute paths/)
  })
})
