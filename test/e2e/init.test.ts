import assert from 'node:assert/strict'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {conduct} from '../support/cli.ts'
import {createProject, type Project} from '../support/project.ts'

interface InitJson {
  readonly created: boolean
  readonly file: string
  readonly files: readonly {readonly path: string; readonly action: string}[]
}

describe('conduct init --claude and the like', function () {
  this.timeout(60_000)
  let project: Project
  beforeEach(async () => {
    project = await createProject({'README.md': '# Shop\n'})
  })
  afterEach(() => project.remove())

  it('says of each file what it did, and what to type next', async () => {
    const first = await conduct(project, ['init', '--claude', '--opencode'])
    assert.equal(first.exitCode, 0, first.stderr)
    assert.match(first.stdout, /^created {3}\.mcp\.json\n[^]*^created {3}opencode\.json\n[^]*type \/conduct/m)

    const agent = join(project.root, '.claude/agents/code-reviewer.md')
    await writeFile(agent, `${await readFile(agent, 'utf8')}Mine.\n`)
    const second = await conduct(project, ['init', '--claude'])
    assert.match(second.stdout, /^unchanged \.mcp\.json$/m)
    assert.match(second.stdout, /^kept {6}\.claude\/agents\/code-reviewer\.md: you changed it\. Compare: conduct init --print \S+ \| diff/m)

    const print = await conduct(project, ['init', '--print', '.claude/agents/code-reviewer.md'])
    assert.equal(`${print.stdout}Mine.\n`, await readFile(agent, 'utf8'))
  })

  it('lists the files with --json, the configuration too, from any folder of the repository', async () => {
    await mkdir(join(project.root, 'src'))
    const {exitCode, json} = await conduct(project, ['init', '--codex', '--json'], {cwd: join(project.root, 'src')})
    const {created, files} = json<InitJson>()
    assert.deepEqual([exitCode, created], [0, true])
    assert.deepEqual(files.slice(0, 3), [
      {path: 'conduct.config.json', action: 'created'},
      {path: '.codex/config.toml', action: 'created'},
      {path: '.agents/skills/conduct/SKILL.md', action: 'created'},
    ])
    assert.equal(project.git('status', '--porcelain', '--untracked-files=all').split('\n').length, files.length)
  })

  it('writes nothing, not even a configuration, when a file cannot be read', async () => {
    await project.write('.mcp.json', 'not JSON\n')
    const {exitCode, stdout, stderr} = await conduct(project, ['init', '--claude'])
    assert.deepEqual([exitCode, stdout], [4, ''])
    assert.match(stderr, /^Error: \.mcp\.json:1:1 cannot be read: .*Nothing was written\.\n {2}→ Mend the file/)
    assert.equal(project.git('status', '--porcelain'), '?? .mcp.json')
  })
})
