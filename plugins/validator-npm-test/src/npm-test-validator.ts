import {access, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {nodeProject, type NodeProject} from '@conduct-cli/toolchain'
import type {MissingTool, TestReport, Validator, ValidatorInput, Verdict} from 'conduct-cli/plugin'
import {reporterFlags} from './reporter-flags.ts'
import {findTestScripts, type TestScript} from './test-scripts.ts'

/** Runs the `test` scripts of package.json, with the package manager whose lock file is there. */
export const npmTestValidator: Validator = {
  name: 'npm-test',
  applies: async (input) => (await findTestScripts(input)).length > 0,
  run: runNpmTest,
}

async function runNpmTest(input: ValidatorInput): Promise<Verdict> {
  const scripts = await findTestScripts(input)
  const [first] = scripts
  const project = await nodeProject(input, first?.dir ?? '.')
  const command = testCommand(project)
  if (first?.dir === '.' && isAlreadyRun(input.phase?.testCommand, first.script)) {
    return {status: 'skip', executed: null, findings: [], evidence: `The phase's test command runs \`${command}\` already.`}
  }
  if ((await input.exec([project.manager, '--version'])).error !== undefined) return missing(managerOf(project))
  const report = await input.runTests(toScript(scripts, project))
  if (await lacksPackages(input, report, first?.dir ?? '.')) return missing({tool: 'a package of package.json', install: project.install})
  return plain(report, scripts.length === 1 ? command : `${command} in ${scripts.length} packages`)
}

function missing(tool: MissingTool): Verdict {
  return {status: 'fail', executed: null, findings: [], missing: [tool]}
}

function managerOf({manager}: NodeProject): MissingTool {
  const install = manager === 'npm' ? 'install Node.js, https://nodejs.org, which brings npm' : `npm install --global ${manager}`
  return {tool: manager, install}
}

/** `bun test` is bun's own runner; the script needs `run`. */
function testCommand({manager}: NodeProject): string {
  return manager === 'bun' ? 'bun run test' : `${manager} test`
}

function isAlreadyRun(wanted: string | undefined, script: string): boolean {
  const command = wanted?.trim().replaceAll(/\s+/g, ' ') ?? ''
  return command === script.trim() || /^(?:npm|pnpm|yarn|bun)(?: run)? (?:test|t|tst)$/.test(command)
}

/** Every package is tested, whatever the ones before it did, and each run has reports of its own. */
function toScript(scripts: readonly TestScript[], project: NodeProject): string {
  const runs = scripts.map(({dir, script}, index) => {
    const flags = reporterFlags(script, project.manager)
    const command = `${testCommand(project)}${flags === '' ? '' : ` ${flags}`}`
    if (scripts.length === 1) return dir === '.' ? command : `cd ${quote(dir)} && ${command}`
    return `(cd ${quote(dir)} && export CONDUCT_SUITE=-${index + 1} && ${command}) || failed=1`
  })
  return runs.length === 1 ? runs.join('') : ['failed=0', ...runs, 'exit $failed'].join('\n')
}

/** The names of folders come from the tree, which an agent wrote. */
function quote(dir: string): string {
  return `'./${dir.replaceAll("'", `'\\''`)}'`
}

/** A shell says "Permission denied" of a bare name that is nowhere when it may not look into some folder of PATH. */
const NOT_INSTALLED =
  /(?:command not found|sh: (?:\d+: )?[^\s/:]+: Permission denied|: not found|is not recognized|Cannot find (?:module|package) '(?![./])|node_modules missing|Did you mean to install)/

/** A suite that cannot start since nobody installed what package.json names: nothing that the tree could do about it. */
async function lacksPackages({cwd}: ValidatorInput, {status, logFile}: TestReport, dir: string): Promise<boolean> {
  if (status !== 'fail' || (await isInstalled(cwd, dir))) return false
  return NOT_INSTALLED.test(await readFile(logFile, 'utf8').catch(() => ''))
}

async function isInstalled(cwd: string, dir: string): Promise<boolean> {
  const places = ['node_modules', '.pnp.cjs', join(dir, 'node_modules')]
  const found = await Promise.all(
    places.map((place) =>
      access(join(cwd, place)).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}

/** As a person would type it, without what was added for the reports. */
function plain({status, executed, findings, evidence}: TestReport, command: string): Verdict {
  return {status, executed, findings, evidence: evidence?.replace(/^`[^`]*`/, () => `\`${command}\``)}
}
