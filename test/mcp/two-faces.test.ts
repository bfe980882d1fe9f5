import assert from 'node:assert/strict'
import {glob} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import type {Command, Interfaces} from '@oclif/core'
import * as z from 'zod'
import {byHandOperations} from '../../src/run/by-hand/all.ts'
import {operations} from '../../src/tasks/operations/all.ts'
import type {Operation} from '../../src/tasks/operations/operation.ts'
import {createProject, type Project} from '../support/project.ts'
import {RawClient} from './raw-client.ts'

const COMMANDS = fileURLToPath(new URL('../../src/commands', import.meta.url))

const ALL: readonly Operation[] = [...operations, ...byHandOperations]

/** What one face has and the other has not, each for a reason. */
const ONLY_FIELD: Readonly<Record<string, string>> = {
  'start_task.working_directory': 'a command works where it is started',
}
const ONLY_ARGUMENT: Readonly<Record<string, string>> = {
  'rollback_to_checkpoint.confirm': 'who types a command wants it',
}
/** Who types commands has no brief to go by. */
const ONLY_ANSWER = ['next']
/** `--no-commit` reads better than `--no-commit-changes`. */
const RENAMED: Readonly<Record<string, string>> = {'complete_task.commit_changes': 'commit'}

interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly inputSchema: {readonly properties: Readonly<Record<string, unknown>>; readonly required?: readonly string[]}
  readonly outputSchema: {readonly properties: Readonly<Record<string, unknown>>}
}

type CommandClass = typeof Command & {readonly flags: Interfaces.FlagInput; readonly args: Interfaces.ArgInput}

/** One definition, two faces: neither may come to have what the other has not. */
describe('each operation, as a command and as a tool', function () {
  this.timeout(30_000)
  let project: Project
  let tools: readonly Tool[] = []
  let commands: ReadonlyMap<string, CommandClass> = new Map()

  before(async () => {
    project = await createProject({})
    const client = await RawClient.open(project)
    tools = ((await client.request('tools/list')) as {readonly tools: readonly Tool[]}).tools
    await client.close()
    commands = await loadCommands()
  })
  after(() => project.remove())

  it('is there once as each, in the same order', () => {
    assert.deepEqual(
      tools.map(({name}) => name),
      ALL.map(({name}) => name),
    )
    for (const {name, summary} of ALL)
      assert.equal([...commands.values()].filter((command) => command.summary === summary).length, 1, `${name}: ${summary}`)
  })

  it('belongs to no list when it is a tool or a command alone', () => {
    const ids = ALL.map((operation) => commandOf(operation)[0]).toSorted()
    assert.deepEqual(ids, [
      'checkpoint',
      'checkpoint/list',
      'complete',
      'phase/complete',
      'phase/list',
      'phase/validate',
      'rollback',
      'start',
      'state',
      'worktree/cleanup',
      'worktree/create',
      'worktree/list',
      'worktree/merge',
    ])
  })

  for (const operation of ALL) {
    describe(operation.name, () => {
      const schema = z.toJSONSchema(operation.input, {io: 'input'})
      const fields = Object.keys(schema.properties ?? {})
      const required = new Set(schema.required)

      it('has its title, its description and its fields as a tool', () => {
        const tool = tools.find(({name}) => name === operation.name)
        assert.deepEqual([tool?.title, tool?.description], [operation.title, operation.summary])
        const given = Object.keys(tool?.inputSchema.properties ?? {}).filter((field) => !(`${operation.name}.${field}` in ONLY_ARGUMENT))
        assert.deepEqual(given, fields)
        assert.deepEqual(tool?.inputSchema.required ?? [], [...required])
        const answered = new Set([...Object.keys(operation.output.shape), ...ONLY_ANSWER])
        assert.deepEqual(Object.keys(tool?.outputSchema.properties ?? {}), [...answered])
      })

      it('has a flag or an argument for every field as a command, and no others', () => {
        const [, command] = commandOf(operation)
        const inputs = new Map<string, {readonly required?: boolean | undefined}>(Object.entries({...command.flags, ...command.args}))
        const wanted = fields.filter((field) => !(`${operation.name}.${field}` in ONLY_FIELD))
        const names = wanted.map((field) => inputNameOf(operation.name, field, inputs))
        assert.deepEqual([...inputs.keys()].toSorted(), names.toSorted())
        for (const [index, field] of wanted.entries()) {
          // Which task is meant, a command can tell by itself.
          if (field !== 'task_id') assert.equal(inputs.get(names[index] ?? '')?.required ?? false, required.has(field), field)
        }
      })

      it('takes a request id if it changes anything, and only then', () => {
        assert.equal(fields.includes('request_id'), !operation.isReadOnly)
      })

      it('prints JSON as a command', () => {
        assert.equal(commandOf(operation)[1].enableJsonFlag, true)
      })
    })
  }

  function commandOf({name, summary}: Operation): readonly [string, CommandClass] {
    const found = [...commands].find(([, command]) => command.summary === summary)
    if (!found) throw new Error(`${name} is no command`)
    return found
  }
})

/** `checkpoint_id` is `--checkpoint-id` or `--checkpoint`, `task_id` is `--task`. */
function inputNameOf(operation: string, field: string, inputs: ReadonlyMap<string, unknown>): string {
  const dashed = field.replaceAll('_', '-')
  const names = [RENAMED[`${operation}.${field}`] ?? dashed, dashed.replace(/-(id|name)$/, '')]
  return names.find((name) => inputs.has(name)) ?? `${field} is missing`
}

async function loadCommands(): Promise<ReadonlyMap<string, CommandClass>> {
  const files = await Array.fromAsync(glob('**/*.ts', {cwd: COMMANDS}))
  const loaded = files.toSorted().map(async (file): Promise<[string, CommandClass]> => {
    const module = (await import(`${COMMANDS}/${file}`)) as {readonly default: CommandClass}
    return [file.replace(/(\/index)?\.ts$/, ''), module.default]
  })
  return new Map(await Promise.all(loaded))
}
