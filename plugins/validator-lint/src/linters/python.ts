import {findPython, findPythonProgram, pythonInstall} from '@conduct-cli/toolchain'
import type {ValidatorInput} from 'conduct-cli/plugin'
import {parseJson, toLine, toRecord, toText} from '../json.ts'
import type {Linter, LintOutput, Located, Problem, Unit} from '../linter.ts'
import {asArguments, foldersSaying, foldersWith, planByConfig} from '../plan.ts'

const SOURCES = /\.(?:pyi?|ipynb)$/

export const ruff: Linter = {
  name: 'ruff',
  plan: async (input) => planByConfig(input, await ruffFolders(input), SOURCES),
  locate: (input, unit) => locatePythonLinter(input, unit, 'ruff'),
  args: ({files}) => ['check', '--no-fix', '--no-cache', '--force-exclude', '--output-format=json-lines', ...asArguments(files)],
  parse: parseRuff,
}

/** For projects that configure it and not Ruff. */
export const flake8: Linter = {
  name: 'flake8',
  plan: async (input) => {
    const inRuff = await ruffFolders(input)
    const units = planByConfig(input, await flake8Folders(input), /\.pyi?$/)
    return units.filter(({dir}) => !inRuff.has(dir) && !inRuff.has('.'))
  },
  locate: (input, unit) => locatePythonLinter(input, unit, 'flake8'),
  args: ({files}) => ['--exit-zero', '--format=%(path)s\t%(row)d\t%(code)s\t%(text)s', ...asArguments(files)],
  parse: parseFlake8,
}

async function ruffFolders(input: ValidatorInput): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ...(await foldersSaying(input, 'pyproject.toml', /^\s*\[tool\.ruff[\].]/m)),
    ...foldersWith(input.files, ['.ruff.toml', 'ruff.toml']),
  ])
}

async function flake8Folders(input: ValidatorInput): Promise<ReadonlyMap<string, string>> {
  const section = /^\s*\[flake8\]/m
  return new Map([
    ...(await foldersSaying(input, 'tox.ini', section)),
    ...(await foldersSaying(input, 'setup.cfg', section)),
    ...foldersWith(input.files, ['.flake8']),
  ])
}

/** In the project's virtual environment, on the PATH, or as a module of Python. */
async function locatePythonLinter(input: ValidatorInput, {dir}: Unit, name: string): Promise<Located> {
  const own = await findPythonProgram(input, dir, name)
  if (own !== undefined) return {argv: [own]}
  if ((await input.exec([name, '--version'])).exitCode === 0) return {argv: [name]}
  const python = await findPython(input, dir)
  if (python !== undefined && (await input.exec([python, '-m', name, '--version'])).exitCode === 0) return {argv: [python, '-m', name]}
  return {missing: {tool: name, install: pythonInstall(input, dir, name, python)}}
}

function parseRuff({exitCode, stdout}: LintOutput): readonly Problem[] | undefined {
  if (exitCode !== 0 && exitCode !== 1) return undefined
  return stdout.split('\n').flatMap((line) => {
    const {filename, location, code, message} = toRecord(parseJson(line))
    const file = toText(filename)
    // The first line may be cut off when there are thousands.
    if (file === undefined) return []
    return [{file, line: toLine(toRecord(location).row), rule: toText(code), message: toText(message) ?? 'a problem without a message'}]
  })
}

function parseFlake8({exitCode, stdout}: LintOutput): readonly Problem[] | undefined {
  if (exitCode !== 0) return undefined
  return stdout.split('\n').flatMap((text) => {
    const [file = '', line, rule, ...message] = text.split('\t')
    return line === undefined ? [] : [{file, line: toLine(Number(line)), rule, message: message.join('\t')}]
  })
}
