import {mkdir, readdir, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join, resolve} from 'node:path'
import registerFiles from '../../plugins/validator-files/src/index.ts'
import registerGoTest from '../../plugins/validator-go-test/src/index.ts'
import registerImports from '../../plugins/validator-imports/src/index.ts'
import registerLint from '../../plugins/validator-lint/src/index.ts'
import registerNpmTest from '../../plugins/validator-npm-test/src/index.ts'
import registerPytest from '../../plugins/validator-pytest/src/index.ts'
import registerIntegrity from '../../plugins/validator-test-integrity/src/index.ts'
import registerTodo from '../../plugins/validator-todo/src/index.ts'
import {openGit, openRepository} from '../../src/git/git.ts'
import {openTree} from '../../src/git/tree.ts'
import {readSpec} from '../../src/spec/read.ts'
import {readBaseline} from '../../src/validators/baseline.ts'
import {validate, type Validation} from '../../src/validators/engine.ts'
import {createValidatorRegistry} from '../../src/validators/registry.ts'
import {createProject} from '../support/project.ts'
import {targetOf, type Trees} from './case.ts'

const BIN = resolve(import.meta.dirname, '../../node_modules/.bin')
const LIMIT_MS = 120_000

/** Of the project's programs: the Node that runs this first, else the repository's own. */
export const ENV: Readonly<Record<string, string>> = {
  PATH: [dirname(process.execPath), BIN, process.env.PATH ?? ''].join(delimiter),
  HOME: process.env.HOME ?? tmpdir(),
  LANG: 'C.UTF-8',
}

/** A repository in which one case after the other is tried by the real engine, with all validators of ours. */
export interface Court {
  /** Commits both trees, and validates the second as the phase of its spec that began at the first. */
  judge(trees: Trees): Promise<Validation>
  close(): Promise<void>
}

export async function openCourt(): Promise<Court> {
  const project = await createProject({})
  const folder = dirname(project.root)
  const repository = await openRepository(project.root, ENV)
  await mkdir(join(folder, 'git'))
  const git = await openGit({repository, shadowDir: join(folder, 'git', 'shadow'), env: ENV})
  const validators = await ours()
  const commit = async (files: Trees['before']) => {
    await replaceTree(project.root, files)
    project.git('add', '--all')
    project.git('commit', '--quiet', '--allow-empty', '--message=Work')
    return project.git('rev-parse', 'HEAD')
  }
  let count = 0
  return {
    judge: async ({before, after}) => {
      count += 1
      const logDir = join(folder, `logs-${count}`)
      const base = await commit(before)
      const spec = before['.spec/SPEC.md'] === undefined ? undefined : (await readSpec(join(project.root, '.spec/SPEC.md'))).spec
      const phase = spec?.phases[0]
      const sha = await commit(after)
      const common = {
        limits: {validationMs: LIMIT_MS},
        env: ENV,
        marker: `lies/${crypto.randomUUID()}`,
        signal: new AbortController().signal,
      }
      return validate({
        ...common,
        cwd: project.root,
        tree: await openTree(git, {sha, base}),
        ...(phase ? {phase} : {}),
        validators,
        logDir,
        strict: false,
        now: () => 0,
        suiteBaseline: async (script) => {
          const cwd = join(folder, 'base')
          const baseLogs = join(logDir, 'base')
          await replaceTree(cwd, before)
          await mkdir(baseLogs, {recursive: true})
          return readBaseline({...common, cwd, script, logDir: baseLogs})
        },
      })
    },
    close: () => project.remove(),
  }
}

async function ours() {
  const registry = createValidatorRegistry()
  const hooks = [
    registerFiles,
    registerGoTest,
    registerImports,
    registerLint,
    registerNpmTest,
    registerPytest,
    registerIntegrity,
    registerTodo,
  ]
  for (const register of hooks) {
    await register({addAgent: () => undefined, addValidator: (validator) => registry.add(validator, 'ours')})
  }
  return registry.names().flatMap((name) => {
    const validator = registry.get(name)
    return validator ? [{validator, options: undefined}] : []
  })
}

/** Nothing but these files, as in a clean checkout. */
async function replaceTree(root: string, files: Trees['before']): Promise<void> {
  await mkdir(root, {recursive: true})
  const old = (await readdir(root)).filter((name) => name !== '.git')
  await Promise.all(old.map((name) => rm(join(root, name), {recursive: true, force: true})))
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), {recursive: true})
    const target = targetOf(text)
    await (target === undefined ? writeFile(join(root, file), text) : symlink(target, join(root, file)))
  }
}
