import type {Finding, Validator, ValidatorInput, Verdict} from 'conduct-cli/plugin'
import picomatch from 'picomatch'
import {isStub} from './stub.ts'

/** Checks that every file, folder or glob of the phase's `Files:` is committed and has content. */
export const filesValidator: Validator = {
  name: 'files',
  applies: ({phase}) => phase !== undefined && phase.files.length > 0,
  run: checkFiles,
}

async function checkFiles(input: ValidatorInput): Promise<Verdict> {
  const patterns = input.phase?.files ?? []
  const findings = (await Promise.all(patterns.map((pattern) => checkPattern(pattern, input)))).flat()
  const evidence = `${patterns.length} patterns of \`Files:\` were looked for: ${patterns.join(', ')}.`
  return {status: findings.length > 0 ? 'fail' : 'pass', executed: patterns.length, findings, evidence}
}

async function checkPattern(pattern: string, input: ValidatorInput): Promise<Finding[]> {
  const matches = matcher(pattern)
  const found = input.files.filter((file) => matches(file))
  if (found.length === 0) {
    return [{message: `Nothing matches \`${pattern}\`, which the phase lists under Files. Create and commit it (is it in .gitignore?).`}]
  }
  const stubs = await Promise.all(found.map(async (file) => isStub(file, await input.readText(file))))
  if (stubs.includes(false)) return []
  const what = found.length === 1 ? 'is' : 'are all'
  return [{message: `\`${pattern}\` ${what} empty, or nothing but comments. Write the content.`, file: found[0] ?? pattern}]
}

function matcher(pattern: string): (file: string) => boolean {
  const plain = pattern.replace(/^\.\//, '')
  if (/[*?[{]/.test(plain)) return picomatch(plain.endsWith('/') ? `${plain}**` : plain, {dot: true})
  return (file) => file === plain || file.startsWith(plain.endsWith('/') ? plain : `${plain}/`)
}
