import assert from 'node:assert/strict'
import registerFiles from '../../plugins/validator-files/src/index.ts'
import registerImports from '../../plugins/validator-imports/src/index.ts'
import registerIntegrity from '../../plugins/validator-test-integrity/src/index.ts'
import registerTodo from '../../plugins/validator-todo/src/index.ts'
import {openTree} from '../../src/git/tree.ts'
import {createValidatorRegistry} from '../../src/validators/registry.ts'
import {openFixture, type Fixture} from '../git/fixture.ts'
import {createPhase, validateCheckout} from './support.ts'

/** What is read and started, which no other work on the machine changes. */
interface Cost {
  readonly texts: number
  readonly gitProcesses: number
}

const CHANGED = 4

/** Of a change of some files in a repository of many. */
async function costOf(files: number): Promise<Cost> {
  const fixture = await openFixture(createFiles(files, 1))
  const sha = await fixture.commit(createFiles(CHANGED, 2))
  const gitProcesses = countProcesses(fixture)
  const tree = await openTree(fixture.git, {sha, base: fixture.head})
  let texts = 0
  const counted =
    (read: (file: string) => Promise<string | undefined>) =>
    (file: string): Promise<string | undefined> => {
      texts += 1
      return read(file)
    }
  const {passed, verdicts} = await validateCheckout(
    {
      cwd: fixture.root,
      logDir: fixture.worktreePath('logs'),
      tree: {...tree, readText: counted(tree.readText), baseText: counted(tree.baseText)},
    },
    {phase: createPhase({files: ['part0/m0.js']}), validators: await ours()},
  )
  assert.deepEqual([passed, verdicts.length], [true, 5], JSON.stringify(verdicts))
  return {texts, gitProcesses: gitProcesses()}
}

/** Half of them JavaScript, half Python; every fifth is a test of the one before. */
function createFiles(count: number, version: number): Readonly<Record<string, string>> {
  const names = Array.from({length: count}, (_, index) => index)
  return {
    'package.json': '{"type": "module"}\n',
    ...Object.fromEntries(names.flatMap((index) => [javascriptFile(index, version), pythonFile(index, version)])),
  }
}

function javascriptFile(index: number, version: number): readonly [string, string] {
  const folder = `part${Math.floor(index / 10)}`
  if (index % 5 !== 1) return [`${folder}/m${index}.js`, `export const f = (value) => value + ${index + version}\n`]
  const imports = `import {test} from 'node:test'\nimport {equal} from 'node:assert/strict'\nimport {f} from './m${index - 1}.js'\n`
  return [`${folder}/m${index}.test.js`, `${imports}test('adds', () => {\n  equal(f(0) > ${index - 1}, true)\n})\n`]
}

function pythonFile(index: number, version: number): readonly [string, string] {
  const folder = `part${Math.floor(index / 10)}`
  if (index % 5 !== 1) return [`${folder}/m${index}.py`, `def f(value):\n    return value + ${index + version}\n`]
  return [`${folder}/test_m${index}.py`, `from .m${index - 1} import f\n\n\ndef test_adds():\n    assert f(0) > ${index - 1}\n`]
}

function countProcesses({git}: Fixture): () => number {
  const run = git.runObjects.bind(git)
  let count = 0
  git.runObjects = (args, options) => {
    count += 1
    return run(args, options)
  }
  return () => count
}

async function ours() {
  const registry = createValidatorRegistry()
  const options = {
    addAgent: () => undefined,
    addValidator: (validator: Parameters<typeof registry.add>[0]) => registry.add(validator, 'ours'),
  }
  for (const register of [registerFiles, registerImports, registerIntegrity, registerTodo]) await register(options)
  return registry.names().flatMap((name) => {
    const validator = registry.get(name)
    return validator ? [{validator, options: undefined}] : []
  })
}

describe('the cost of validators', () => {
  it('grows with what changed, not with the repository', async () => {
    const [small, large] = [await costOf(10), await costOf(120)]
    assert.deepEqual(large, small)
    // Each side of what changed, for each of three validators, and a few files of the project besides.
    assert.ok(small.texts <= 2 * 2 * CHANGED * 3 + 30, `${small.texts} texts were read`)
    assert.ok(small.gitProcesses <= 10, `git was started ${small.gitProcesses} times`)
  })
})
