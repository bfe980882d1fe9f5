import {findPython, findPythonProgram, pythonInstall} from '@conduct-cli/toolchain'
import type {Validator, ValidatorInput, Verdict} from 'conduct-cli/plugin'
import {configuredFolders, TEST_FILE, usesPytest} from './python-tests.ts'
import {pytestScript, unittestScript} from './scripts.ts'

/**
 * Runs the Python tests of the whole project with pytest, from the root or from each folder that has a configuration;
 * with `unittest` where the project does not know of pytest and it is not installed.
 */
export const pytestValidator: Validator = {
  name: 'pytest',
  applies: async (input) => input.files.some((file) => TEST_FILE.test(file)) || (await configuredFolders(input)).length > 0,
  run: runPytest,
}

/** The whole suite, by itself or in the project's own environment. */
const WHOLE_SUITE = /^(?:(?:uv|poetry|pdm|hatch|pipenv) run )?(?:\S*python3? -m )?(?:\S*\/)?pytest(?: -[qvxs]+| -ra)*$/

async function runPytest(input: ValidatorInput): Promise<Verdict> {
  if (WHOLE_SUITE.test(input.phase?.testCommand.trim() ?? '')) {
    return {status: 'skip', executed: null, findings: [], evidence: "The phase's test command runs pytest already."}
  }
  const folders = await configuredFolders(input)
  const dir = folders[0] ?? '.'
  const python = await interpreter(input, dir)
  if (python === undefined) return missing('Python 3', 'install Python 3, https://www.python.org/downloads')
  if (await hasPytest(input, python)) return input.runTests(pytestScript(input.files, folders, python))
  if (!(await usesPytest(input))) return input.runTests(unittestScript(input.files, python))
  return missing('pytest', pythonInstall(input, dir, 'pytest', python.join(' ')))
}

function missing(tool: string, install: string): Verdict {
  return {status: 'fail', executed: null, findings: [], missing: [{tool, install}]}
}

/** Poetry keeps its environments elsewhere; all others put them into the project. */
async function interpreter(input: ValidatorInput, dir: string): Promise<readonly string[] | undefined> {
  const isPoetry = input.files.includes('poetry.lock') && (await findPythonProgram(input, dir, 'python')) === undefined
  if (isPoetry && (await input.exec(['poetry', 'env', 'info', '--path'])).exitCode === 0) return ['poetry', 'run', 'python']
  const python = await findPython(input, dir)
  return python === undefined ? undefined : [python]
}

async function hasPytest(input: ValidatorInput, python: readonly string[]): Promise<boolean> {
  return (await input.exec([...python, '-m', 'pytest', '--version'])).exitCode === 0
}
