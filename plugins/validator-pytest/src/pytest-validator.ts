import type {Validator, ValidatorInput, Verdict} from 'conduct-cli/plugin'

/** Runs pytest on the whole project: from the root, or from each folder that has a pytest configuration. */
export const pytestValidator: Validator = {
  name: 'pytest',
  applies: async (input) => input.files.some((file) => TEST_FILE.test(file)) || (await configuredFolders(input)).length > 0,
  run: runPytest,
}

const TEST_FILE = /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/
const CONFIG_FILE = /(?:^|\/)(?:pytest\.ini|\.pytest\.ini|pyproject\.toml|setup\.cfg|tox\.ini)$/
const CONFIG_SECTION = /^\[(?:tool\.pytest\b.*|tool:pytest|pytest)\]/m

async function runPytest(input: ValidatorInput): Promise<Verdict> {
  if (/^(?:python3? -m )?pytest$/.test(input.phase?.testCommand.trim() ?? '')) {
    return {status: 'skip', executed: null, findings: [], evidence: "The phase's test command runs pytest already."}
  }
  const python = await findPython(input)
  if (python === undefined) return missing('Python is not installed, and this project has Python tests. Install Python 3.')
  if (!(await hasPytest(input, python))) {
    return missing(`pytest is not installed. Run \`${python} -m pip install pytest\`, or add that to \`worktrees.setup\`.`)
  }
  const folders = await configuredFolders(input)
  return input.runTests(toScript(python, folders.length === 0 || folders.includes('.') ? ['.'] : folders))
}

function missing(message: string): Verdict {
  return {status: 'fail', executed: null, findings: [{message}]}
}

async function findPython(input: ValidatorInput): Promise<string | undefined> {
  for (const python of ['python', 'python3']) {
    const {exitCode, stdout, stderr} = await input.exec([python, '--version'])
    if (exitCode === 0 && `${stdout}${stderr}`.startsWith('Python 3')) return python
  }
  return undefined
}

async function hasPytest(input: ValidatorInput, python: string): Promise<boolean> {
  return (await input.exec([python, '-m', 'pytest', '--version'])).exitCode === 0
}

/** Folders with a pytest configuration, `.` for the root. */
async function configuredFolders({files, readText}: ValidatorInput): Promise<readonly string[]> {
  const candidates = files.filter((file) => CONFIG_FILE.test(file))
  const hits = await Promise.all(candidates.map(async (file) => isConfiguration(file, (await readText(file)) ?? '')))
  return [...new Set(candidates.filter((_, index) => hits[index]).map(folderOf))].sort()
}

function isConfiguration(file: string, text: string): boolean {
  return file.endsWith('pytest.ini') || CONFIG_SECTION.test(text)
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.'
}

function toScript(python: string, folders: readonly string[]): string {
  const command = `${python} -m pytest`
  return folders.map((folder) => (folder === '.' ? command : `(cd ${quote(folder)} && ${command})`)).join('\n')
}

/** The names of folders come from the tree, which an agent wrote. */
function quote(folder: string): string {
  return `'./${folder.replaceAll("'", `'\\''`)}'`
}
