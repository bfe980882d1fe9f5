import type {Validator, ValidatorInput, Verdict} from 'conduct-cli/plugin'

/** Runs the `test` script of package.json, with the package manager whose lock file is there. */
export const npmTestValidator: Validator = {
  name: 'npm-test',
  applies: async (input) => isWorthRunning(await readTestScript(input)),
  run: runNpmTest,
}

/** What `npm init` writes. */
const NPM_DEFAULT = /no test specified/

async function runNpmTest(input: ValidatorInput): Promise<Verdict> {
  const script = await readTestScript(input)
  const command = `${packageManager(input.files)} test`
  if (isAlreadyRun(input.phase?.testCommand, script)) return skip(`The phase's test command runs \`${command}\` already.`)
  return input.runTests(command)
}

function skip(evidence: string): Verdict {
  return {status: 'skip', executed: null, findings: [], evidence}
}

function isWorthRunning(script: string | undefined): boolean {
  return script !== undefined && script.trim() !== '' && !NPM_DEFAULT.test(script)
}

function isAlreadyRun(testCommand: string | undefined, script: string | undefined): boolean {
  const command = testCommand?.trim().replaceAll(/\s+/g, ' ') ?? ''
  return command === script?.trim() || /^(?:npm|pnpm|yarn|bun)(?: run)? (?:test|t|tst)$/.test(command)
}

function packageManager(files: readonly string[]): string {
  if (files.includes('pnpm-lock.yaml')) return 'pnpm'
  if (files.includes('yarn.lock')) return 'yarn'
  // `bun test` is bun's own runner; the script needs `run`.
  return files.includes('bun.lock') || files.includes('bun.lockb') ? 'bun run' : 'npm'
}

async function readTestScript(input: ValidatorInput): Promise<string | undefined> {
  const text = input.files.includes('package.json') ? await input.readText('package.json') : undefined
  return text === undefined ? undefined : testScriptOf(parse(text))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A package.json that is no JSON has no test script; npm says more about it than we could.
    return undefined
  }
}

function testScriptOf(manifest: unknown): string | undefined {
  if (typeof manifest !== 'object' || manifest === null || !('scripts' in manifest)) return undefined
  const {scripts} = manifest
  if (typeof scripts !== 'object' || scripts === null || !('test' in scripts)) return undefined
  return typeof scripts.test === 'string' ? scripts.test : undefined
}
