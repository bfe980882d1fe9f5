import {join, posix} from 'node:path'
import {findNodeProgram} from '@conduct-cli/toolchain'
import type {Finding, ValidatorInput} from 'conduct-cli/plugin'
import {onlyNew} from '../base-tree.ts'
import type {Checked} from '../check-imports.ts'
import {importLanguageOf, isForeign} from '../sources.ts'
import {folderOf, foldersAbove, within} from '../tree.ts'
import {isObject, parseJson} from './manifests.ts'

/** Runs the project's own TypeScript on each configuration whose files the task touched. */
export async function checkTypes(input: ValidatorInput): Promise<Checked> {
  const configs = await touchedConfigs(input)
  const findings: Finding[] = []
  const evidence: string[] = []
  for (const config of configs) {
    const tsc = await findNodeProgram(input, folderOf(config) || '.', 'tsc')
    // Where it is not installed, setup did not run; what it would say is not known, and nobody is blamed for that.
    if (tsc === undefined) evidence.push(`TypeScript is not installed for \`${config}\`: types were not checked.`)
    else {
      const askIn = (cwd: string) => ask(tsc, join(cwd, config), input, cwd)
      const complaints = await ask(tsc, config, input, '')
      findings.push(...(await onlyNew({findings: complaints, askIn, linked: modulesOf(tsc, config, input)}, input)))
      evidence.push(`\`tsc --noEmit -p ${config}\` ran.`)
    }
  }
  return {executed: 0, findings, evidence}
}

/** The nearest `tsconfig.json` of each changed or removed file; one that only refers to others stands for those. */
async function touchedConfigs({files, changedFiles, baseFiles = [], readText}: ValidatorInput): Promise<readonly string[]> {
  const known = new Set(files)
  const touched = [...changedFiles, ...baseFiles.filter((file) => !known.has(file))]
  const sources = touched.filter(
    (file) => (/\.[cm]?tsx?$/.test(file) && importLanguageOf(file)) || /(?:^|\/)tsconfig[\w.-]*\.json$/.test(file),
  )
  const nearest = sources.flatMap((file) => {
    const folders = foldersAbove(folderOf(file)).map((folder) => (folder === '' ? 'tsconfig.json' : `${folder}/tsconfig.json`))
    return isForeign(file) ? [] : (folders.find((candidate) => known.has(candidate)) ?? [])
  })
  const all = await Promise.all([...new Set(nearest)].map(async (config) => withReferences(config, (await readText(config)) ?? '', known)))
  return [...new Set(all.flat())].sort()
}

function withReferences(config: string, text: string, known: ReadonlySet<string>): readonly string[] {
  const {files, references} = parseJson(text)
  if (!Array.isArray(references) || !Array.isArray(files) || files.length > 0) return [config]
  return references.flatMap((reference: unknown) => {
    const path = isObject(reference) && typeof reference.path === 'string' ? within(folderOf(config), reference.path) : undefined
    return [path, `${path}/tsconfig.json`].find((file) => file !== undefined && known.has(file)) ?? []
  })
}

/** Nothing is written, whatever the configuration says of builds that continue. */
const QUIET = ['--noEmit', '--pretty', 'false', '--composite', 'false', '--incremental', 'false']

async function ask(tsc: string, config: string, input: ValidatorInput, cwd: string): Promise<readonly Finding[]> {
  const {exitCode, stdout, stderr, timedOut, error} = await input.exec([tsc, '-p', config, ...QUIET])
  if (exitCode === 0) return []
  const findings = parseDiagnostics(stdout, cwd === '' ? '' : posix.relative(input.cwd, cwd)).filter(
    (finding) => !isForeignType(finding, input),
  )
  if (findings.length > 0 || /error TS\d+/.test(stdout)) return findings
  const said = `${error ?? ''} ${stderr}`.trim().slice(0, 200)
  return [{message: `TypeScript ${timedOut ? 'did not end in time' : `failed without a word about a file: ${said}`}.`, file: config}]
}

/** `a.ts(3,8): error TS2305: …`; lines that are indented explain the one above, and are left out. */
export function parseDiagnostics(output: string, prefix: string): readonly Finding[] {
  return output.split(/\r?\n/).flatMap((line): readonly Finding[] => {
    const [, file, number, code, text = ''] = /^(?:(\S.*?)\((\d+),\d+\): )?error (TS\d+): (.+)$/.exec(line) ?? []
    if (code === undefined) return []
    const message = `${code}: ${text.length > 300 ? `${text.slice(0, 299)}…` : text}`
    return file === undefined ? [{message}] : [{message, file: prefix === '' ? file : posix.relative(prefix, file), line: Number(number)}]
  })
}

/** Components and assets have types only in an editor, or with a compiler of their own. */
function isForeignType({message}: Finding, {files}: ValidatorInput): boolean {
  const name = /^TS(?:2307|7016).*'([^']+\.(?:vue|svelte|astro|mdx|css|scss|less|svg|png|jpe?g|gif|webp))(?:\?[^']*)?'/.exec(message)?.[1]
  const last = name?.slice(name.lastIndexOf('/') + 1)
  return last !== undefined && files.some((file) => file === last || file.endsWith(`/${last}`))
}

/** The folders of packages from the compiler's own downwards to the configuration. */
function modulesOf(tsc: string, config: string, {cwd}: ValidatorInput): readonly string[] {
  const own = posix.relative(cwd, tsc).replace(/\/\.bin\/.*$/, '')
  const nearer = foldersAbove(folderOf(config)).map((folder) => (folder === '' ? 'node_modules' : `${folder}/node_modules`))
  return [...new Set([own, ...nearer])].filter((folder) => !folder.startsWith('..'))
}
