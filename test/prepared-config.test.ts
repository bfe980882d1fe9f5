import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Config, Help} from '@oclif/core'
import {PreparedConfig, type PreparedCommands} from '../src/prepared-config.ts'
import {conduct} from './support/cli.ts'
import {createProject, type Project} from './support/project.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

describe('the command line that the build has prepared', function () {
  this.timeout(120_000)
  let project: Project
  before(async () => {
    project = await createProject({'README.md': '# Shop\n'})
  })
  after(() => project.remove())

  it('has for each command and topic the help that oclif makes of the plugins themselves, letter for letter', async () => {
    const loaded = await Config.load({root: ROOT, userPlugins: false, devPlugins: false})
    const subjects = [[], ...[...loaded.commandIDs, ...loaded.topics.map(({name}) => name)].map((id) => [id])]
    for (const subject of subjects) {
      const config = await Config.load({root: ROOT, userPlugins: false, devPlugins: false})
      assert.equal(await helpOf(prepare(), subject), await helpOf(config, subject), `help of ${subject.join(' ')}`)
    }
  })

  it('gives way when the user has a theme or plugins', async () => {
    const home = join(dirname(project.stateDir), 'home')
    const env = {HOME: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_DATA_HOME: join(home, 'data')}
    const inHome = <T>(use: () => T): T => {
      const before = {...process.env}
      try {
        Object.assign(process.env, env)
        return use()
      } finally {
        for (const name of Object.keys(env)) delete process.env[name]
        Object.assign(process.env, before)
      }
    }
    const isPersonal = () => inHome(() => prepare().isPersonal)
    assert.equal(isPersonal(), false)
    await mkdir(join(home, 'config/conduct'), {recursive: true})
    await mkdir(join(home, 'data/conduct'), {recursive: true})
    await writeFile(join(home, 'data/conduct/package.json'), '{"oclif": {"plugins": []}}')
    assert.equal(isPersonal(), false)
    await writeFile(join(home, 'config/conduct/theme.json'), '{}')
    assert.equal(isPersonal(), true)
    // oclif itself says the same.
    for (const args of [['--help'], ['--version'], ['checkpoint', '--help'], ['state', '--nonsense'], ['nonsense']]) {
      const [itself, prepared] = await Promise.all([conduct(project, args, {env}), conduct(project, args)])
      assert.deepEqual({...prepared, json: 0}, {...itself, json: 0}, args.join(' '))
    }
  })
})

function prepare(): PreparedConfig {
  const prepared = JSON.parse(readFileSync(join(ROOT, 'dist/commands.json'), 'utf8')) as PreparedCommands
  return new PreparedConfig({root: ROOT, prepared, loadCommand: () => Promise.reject(new Error('help loads no command'))})
}

async function helpOf(config: Config, subject: readonly string[]): Promise<string> {
  const lines: string[] = []
  const help = new (class extends Help {
    protected override log(...args: string[]): void {
      lines.push(args.join(' '))
    }
  })(config)
  await help.showHelp([...subject])
  return lines.join('\n')
}
