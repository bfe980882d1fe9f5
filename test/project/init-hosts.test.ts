import assert from 'node:assert/strict'
import {lstat, mkdir, mkdtemp, readFile, readlink, readdir, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {parse as parseToml} from 'smol-toml'
import {ROLES} from '../../src/agents/agent.ts'
import {ConductError, type ErrorCode} from '../../src/errors.ts'
import {HOSTS, type Host} from '../../src/project/hosts.ts'
import {planHosts, printHostFile, writePlanned} from '../../src/project/init-hosts.ts'
import {isSealed, SEAL_LINE, sealText} from '../../src/project/seal.ts'

const COMMAND = '.claude/commands/conduct.md'

describe('conduct init for coding agents', () => {
  let root = ''
  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'conduct-hosts-')))
  })
  afterEach(() => rm(root, {recursive: true, force: true}))

  const read = (path: string) => readFile(join(root, path), 'utf8')
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), {recursive: true})
    await writeFile(join(root, path), text)
  }
  /** Path to action. */
  const init = async (...hosts: readonly Host[]) => {
    const plan = await planHosts(root, hosts)
    await writePlanned(plan)
    return Object.fromEntries(plan.map(({path, action}) => [path, action]))
  }
  const refuses = (code: ErrorCode, says: RegExp) => (error: unknown) =>
    error instanceof ConductError && error.code === code && says.test(error.message)

  it('writes the server, the command and an agent for each role, and a second time nothing', async () => {
    const roles = ROLES.map((role) => `.claude/agents/${role}.md`)
    const all = ['.mcp.json', COMMAND, ...roles]
    assert.deepEqual(await init('claude'), Object.fromEntries(all.map((path) => [path, 'created'])))
    assert.deepEqual(await init('claude'), Object.fromEntries(all.map((path) => [path, 'unchanged'])))
    assert.deepEqual(JSON.parse(await read('.mcp.json')), {mcpServers: {conduct: {command: 'conduct', args: ['mcp'], timeout: 3_600_000}}})
  })

  it('does so for several agents at once', async () => {
    const actions = await init(...HOSTS)
    assert.deepEqual(new Set(Object.values(actions)), new Set(['created']))
    assert.deepEqual(new Set(Object.values(await init(...HOSTS))), new Set(['unchanged']))
    assert.equal(await read('.codex/config.toml'), '[mcp_servers.conduct]\ncommand = "conduct"\nargs = ["mcp"]\ntool_timeout_sec = 3600\n')
  })

  it('writes TOML that holds the whole text of a role', async () => {
    await init('codex', 'claude')
    for (const role of ROLES) {
      const agent = parseToml(await read(`.codex/agents/${role}.toml`))
      const [, , body = ''] = (await read(`.claude/agents/${role}.md`)).split('---\n', 3)
      assert.equal(agent.name, role)
      assert.equal(String(agent.developer_instructions).trim(), body.trim())
    }
  })

  it('leaves no placeholder in any file, and nothing that an agent would run or include by itself', async () => {
    const actions = await init(...HOSTS)
    for (const path of Object.keys(actions)) assert.doesNotMatch(await read(path), /\{\{|!`|!\{|(^|\s)@\w/m, path)
    assert.match(await read(COMMAND), /## The request\n\n\$ARGUMENTS\n/)
  })

  it('keeps a file that a person changed, and brings one up to date that nobody did', async () => {
    await init('claude')
    const role = '.claude/agents/fix-executor.md'
    await write(role, `${await read(role)}\nMind our style guide.\n`)
    const older = sealText(`---\n${SEAL_LINE}\ndescription: "An older text."\n---\n\nOld.\n`)
    await write(COMMAND, older)
    const changed = await read(role)
    const actions = await init('claude')
    assert.deepEqual([actions[role], actions[COMMAND], actions['.mcp.json']], ['kept', 'updated', 'unchanged'])
    assert.equal(await read(role), changed)
    assert.equal(await read(COMMAND), printHostFile(COMMAND))
  })

  it('keeps a file of the same name that it never wrote', async () => {
    await write(COMMAND, 'My own command.\n')
    assert.equal((await init('claude'))[COMMAND], 'kept')
    assert.equal(await read(COMMAND), 'My own command.\n')
  })

  it('takes no offence at line endings that git changed', async () => {
    await init('claude')
    await write(COMMAND, (await read(COMMAND)).replaceAll('\n', '\r\n'))
    assert.equal((await init('claude'))[COMMAND], 'unchanged')
    assert.equal(isSealed(await read(COMMAND)), true)
  })

  it('adds its server to those of others, and keeps an entry that a person changed', async () => {
    await write('.mcp.json', '{"mcpServers": {"db": {"command": "db-mcp"}}}\n')
    await write('.codex/config.toml', 'model = "x" # ours\n\n[mcp_servers.db]\ncommand = "db-mcp"')
    const actions = await init('claude', 'codex')
    assert.deepEqual([actions['.mcp.json'], actions['.codex/config.toml']], ['updated', 'updated'])
    assert.deepEqual(Object.keys((JSON.parse(await read('.mcp.json')) as {mcpServers: object}).mcpServers), ['db', 'conduct'])
    assert.match(
      await read('.codex/config.toml'),
      /^model = "x" # ours\n\n\[mcp_servers\.db\]\ncommand = "db-mcp"\n\n\[mcp_servers\.conduct\]\n/,
    )

    const mine = '{"mcpServers": {"conduct": {"command": "npx", "args": ["conduct", "mcp"]}}}\n'
    await write('.mcp.json', mine)
    assert.equal((await init('claude'))['.mcp.json'], 'kept')
    assert.equal(await read('.mcp.json'), mine)
  })

  it('uses the opencode.jsonc that is there', async () => {
    await write('opencode.jsonc', '{\n  // our model\n  "model": "x/y",\n}\n')
    const actions = await init('opencode')
    assert.equal(actions['opencode.jsonc'], 'updated')
    assert.equal(actions['opencode.json'], undefined)
    assert.match(await read('opencode.jsonc'), /\/\/ our model\n {2}"model": "x\/y",\n {2}"mcp": \{/)
  })

  it('writes nothing at all when one file cannot be read, and says where', async () => {
    await write('.gemini/settings.json', '{\n  "theme": "dark"\n  "x": 1\n}\n')
    await assert.rejects(init('claude', 'gemini'), refuses('CONFIG_INVALID', /^\.gemini\/settings\.json:3:3 cannot be read/))
    await write('.gemini/settings.json', '[]')
    await assert.rejects(init('claude', 'gemini'), refuses('CONFIG_INVALID', /must be an object/))
    await write('.codex/config.toml', 'mcp_servers = {}\n')
    await assert.rejects(init('claude', 'codex'), refuses('CONFIG_INVALID', /^\.codex\/config\.toml cannot be read/))
    assert.deepEqual((await readdir(root)).sort(), ['.codex', '.gemini'])
  })

  it('follows a link inside the repository, and none that leads out of it or into .git', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'conduct-outside-'))
    await mkdir(join(root, 'agents'))
    await symlink('agents', join(root, '.claude'))
    await init('claude')
    assert.equal(await readlink(join(root, '.claude')), 'agents')
    assert.ok((await lstat(join(root, 'agents/commands/conduct.md'))).isFile())

    for (const target of [outside, join(root, '.git/hooks'), join(outside, 'nowhere')]) {
      await mkdir(join(root, '.git/hooks'), {recursive: true})
      await symlink(target, join(root, '.opencode'))
      await assert.rejects(
        init('opencode'),
        refuses('NOT_WRITABLE', /^Cannot write \.opencode\/commands\/conduct\.md: .*Nothing was written/),
      )
      await rm(join(root, '.opencode'))
    }
    await assert.rejects(lstat(join(root, 'opencode.json')))
    assert.deepEqual(await readdir(outside), [])
    await rm(outside, {recursive: true})
  })

  it('writes nothing where a file stands in place of a folder', async () => {
    await write('.claude/agents', 'a file\n')
    await assert.rejects(init('claude'), refuses('NOT_WRITABLE', /^Cannot write \.claude\/agents\//))
    assert.deepEqual(await readdir(root), ['.claude'])
  })

  it('writes nothing where a folder is read-only', async function () {
    if (process.getuid?.() === 0) return this.skip()
    await mkdir(join(root, '.claude'), {mode: 0o555})
    await assert.rejects(init('claude'), refuses('NOT_WRITABLE', /^Cannot write \.claude\/commands\/conduct\.md: .*EACCES/))
    assert.deepEqual(await readdir(root), ['.claude'])
  })

  it('prints what it would write, and knows no other file', () => {
    assert.match(printHostFile(COMMAND), /You are the orchestrator/)
    assert.throws(() => printHostFile('nowhere.md'), refuses('USAGE', /no file called nowhere\.md/))
  })
})
