import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {conduct, startProgram} from '../support/cli.ts'
import {createProject, specText, type Project} from '../support/project.ts'

const SPEC = specText([{name: 'Set up', modules: ['api', 'web'], test: 'true'}])

describe('conduct autocomplete', function () {
  this.timeout(60_000)
  let project: Project
  let task = ''
  before(async () => {
    project = await createProject({'.spec/SPEC.md': SPEC})
    task = (await conduct(project, ['start', 'Build the shop'])).stdout.trim()
    await conduct(project, ['checkpoint', 'Begin'])
  })
  after(() => project.remove())

  /** Lines that a shell prints when it runs a script with `conduct` on its PATH. */
  async function ask(shell: string, ...args: readonly string[]): Promise<readonly string[]> {
    const {exitCode, stdout, stderr} = await (await startProgram(project, shell, args)).done
    assert.deepEqual([exitCode, stderr], [0, ''])
    return stdout.split('\n').filter((line) => line !== '')
  }

  /** What bash would offer for a line whose words are these. */
  const inBash = (...words: readonly string[]) =>
    ask(
      'bash',
      '--norc',
      '-c',
      'eval "$(conduct autocomplete bash)"; COMP_WORDS=(conduct "$@"); COMP_CWORD=$#; _conduct; printf "%s\\n" "${COMPREPLY[@]}"',
      'bash',
      ...words,
    )

  it('completes commands, flags and values in bash', async () => {
    assert.deepEqual(await inBash('sta'), ['start', 'state', 'status'])
    assert.deepEqual(await inBash('worktree', 'cl'), ['cleanup'])
    assert.deepEqual(await inBash('phase', 'complete', 'Setup', '--che'), ['--checkpoint'])
    assert.deepEqual(await inBash('state', '--task', task.slice(0, 3)), [task])
    assert.deepEqual(await inBash('rollback', ''), ['c1'])
  })

  it('quotes in bash what has spaces, unless a quote is open', async () => {
    assert.deepEqual(await inBash('phase', 'complete', 'S'), ['Set\\ up'])
    assert.deepEqual(await inBash('phase', 'complete', '"S'), ['Set up'])
  })

  it('is registered with bash for conduct', async () => {
    assert.deepEqual(await ask('bash', '--norc', '-c', 'eval "$(conduct autocomplete bash)"; complete -p conduct'), [
      'complete -o default -F _conduct conduct',
    ])
  })

  it('knows the commands of plugins', async () => {
    assert.deepEqual(await inBash('plugi'), ['plugins'])
  })

  it('completes in zsh, with what each word is', async function () {
    if (isMissing('zsh')) return this.skip()
    const stubs = 'compdef() {}; _describe() { print -l -- "${(@P)3}" }; _files() { print files }'
    const inZsh = (line: string) =>
      ask('zsh', '-fc', `${stubs}; eval "$(conduct autocomplete zsh)"; words=(conduct ${line}); CURRENT=$#words; _conduct`)
    assert.match((await inZsh('stat')).join('\n'), /^state:Show where a task stands.*\nstatus:Show/)
    assert.deepEqual(await inZsh("rollback ''"), ['c1:Begin (main)'])
    assert.deepEqual(await inZsh("spec check ''"), ['files'])
  })

  it('completes in fish, with what each word is', async function () {
    if (isMissing('fish')) return this.skip()
    const inFish = (line: string) =>
      ask('fish', '--no-config', '-c', `conduct autocomplete fish | source; complete --do-complete '${line}'`)
    assert.match((await inFish('conduct stat')).join('\n'), /^state\tShow where a task stands.*\nstatus\tShow/)
    assert.deepEqual(await inFish('conduct rollback '), ['c1\tBegin (main)'])
    assert.ok((await inFish('conduct checkpoint Setup --t')).some((line) => line.startsWith('--task\t')))
  })

  it('says nothing into a line that is being typed when there is no task', async () => {
    const {exitCode, stdout, stderr} = await conduct(project, ['autocomplete', 'words', '--', 'rollback', ''], {cwd: '/'})
    assert.deepEqual([exitCode, stdout, stderr], [0, '', ''])
  })

  it('knows no other shell', async () => {
    const {exitCode, stderr} = await conduct(project, ['autocomplete'], {env: {SHELL: '/bin/nosuchsh'}})
    assert.equal(exitCode, 2)
    assert.match(stderr, /no completion for nosuchsh[^]*bash\|zsh\|fish/)
  })
})

/** `.ci/run` installs the shells; elsewhere a test waits for them as pending. */
function isMissing(program: string): boolean {
  return spawnSync(program, ['--version'], {stdio: 'ignore'}).status !== 0
}
