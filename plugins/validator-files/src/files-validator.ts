import type {Finding, Validator, ValidatorInput, Verdict} from 'conduct-cli/plugin'
import picomatch from 'picomatch'
import {namesFiles} from './names-files.ts'
import {isStub} from './stub.ts'

/** Checks that every file, folder or glob of the phase's `Files:` is committed and has content. */
export const filesValidator: Validator = {
  name: 'files',
  applies: namesFiles,
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
  if (found.length === 0) return [{message: missing(pattern, input.files)}]
  const texts = await Promise.all(found.map(async (file) => ({file, text: await input.readText(file)})))
  if (texts.some(({file, text}) => !isStub(file, text, input.files))) return []
  const what = found.length === 1 ? 'is' : 'are all'
  const [{file, text} = {file: pattern, text: ''}] = texts
  const message = `\`${pattern}\` ${what} empty, or a stub that does nothing. Write the content.`
  return [{message, file, ...(text?.trim() ? {line: 1} : {})}]
}

function missing(pattern: string, files: readonly string[]): string {
  const wanted = pattern.slice(pattern.lastIndexOf('/') + 1)
  const alike =
    files.find((file) => file.toLowerCase() === pattern.toLowerCase()) ??
    files.find((file) => file.endsWith(`/${wanted}`) || file === wanted)
  const where = wanted !== '' && alike !== undefined ? ` There is \`${alike}\`: is it that file?` : ''
  return `Nothing matches \`${pattern}\`, which the phase lists under Files. Create and commit it (is it in .gitignore?).${where}`
}

function matcher(pattern: string): (file: string) => boolean {
  const plain = pattern.replace(/^\.\//, '')
  if (/[*?[{]/.test(plain)) return picomatch(plain.endsWith('/') ? `${plain}**` : plain, {dot: true})
  return (file) => file === plain || file.startsWith(plain.endsWith('/') ? plain : `${plain}/`)
}
