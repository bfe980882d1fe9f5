import {posix} from 'node:path'
import type {ExecResult, Finding, ValidatorInput} from 'conduct-cli/plugin'
import type {Checked} from '../check-imports.ts'
import {onlyNew} from '../base-tree.ts'
import {isForeign} from '../sources.ts'
import {foldersAbove, folderOf} from '../tree.ts'
import {parseComplaints} from './complaints.ts'
import {checkTagged} from './tagged.ts'

interface GoModule {
  /** `.` for the root. */
  readonly dir: string
  /** A `go.work` above it names it. */
  readonly inWorkspace: boolean
}

/** Whether the task touched Go code that is in a module. */
export function hasGo(input: ValidatorInput): boolean {
  return touchedFolders(input).length > 0
}

/** Asks `go build` and `go vet` about each module that the task touched, and about all of a workspace. */
export async function checkGo(input: ValidatorInput): Promise<Checked> {
  const modules = await touchedModules(input)
  if (modules.length === 0) return {executed: 0, findings: [], evidence: []}
  const {error} = await input.exec(['go', 'version'])
  if (error !== undefined) return {executed: 0, findings: [], evidence: [], missing: [{tool: 'go', install: INSTALL}]}
  const parts: Finding[] = []
  for (const goModule of modules) {
    const complaints = await ask(goModule, input, '')
    if (complaints.some(({message}) => OFFLINE.test(message))) return {executed: 0, findings: [], evidence: [], missing: [MODULES]}
    const askIn = (cwd: string) => ask(goModule, input, cwd)
    parts.push(...(await onlyNew({findings: complaints, askIn, linked: []}, input)))
  }
  const explained = await Promise.all(parts.map((finding) => explain(finding, input)))
  const isSaid = ({file, line}: Finding) => explained.some((other) => other.file === file && other.line === line)
  const findings = [...explained, ...(await checkTagged(input)).filter((finding) => !isSaid(finding))]
  const places = modules.map(({dir}) => `\`${dir}\``).join(', ')
  return {executed: modules.length, findings, evidence: [`\`go build\` and \`go vet\` ran in ${places}.`]}
}

const INSTALL = 'install Go, https://go.dev/doc/install, and see that `go` is on the PATH'
const MODULES = {tool: 'a module that go.mod requires', install: 'go mod download'}
/** It is not in the cache and cannot be fetched: nothing that the tree could do about it. */
const OFFLINE = /\bdial tcp\b|no such host|module lookup disabled by GOPROXY=off|TLS handshake timeout/

/** Folders of modules in which a file was added, changed or removed. */
function touchedFolders({files, changedFiles, baseFiles = []}: ValidatorInput): readonly string[] {
  const present = new Set(files)
  const touched = [...changedFiles, ...baseFiles.filter((file) => !present.has(file))]
  const sources = touched.filter((file) => /(?:\.go|(?:^|\/)go\.(?:mod|sum|work))$/.test(file) && !isForeign(file))
  const modules = new Set(files.filter((file) => /(?:^|\/)go\.mod$/.test(file) && !isForeign(file)).map(folderOf))
  return [...new Set(sources.flatMap((file) => foldersAbove(folderOf(file)).find((folder) => modules.has(folder)) ?? []))].sort()
}

async function touchedModules(input: ValidatorInput): Promise<readonly GoModule[]> {
  const touched = touchedFolders(input)
  const used = await workspaceFolders(input)
  const all = touched.some((folder) => used.includes(folder)) ? [...new Set([...touched, ...used])].sort() : touched
  return all.map((folder) => ({dir: folder === '' ? '.' : folder, inWorkspace: used.includes(folder)}))
}

/** What `use` of a `go.work` in the root names. */
async function workspaceFolders({files, readText}: ValidatorInput): Promise<readonly string[]> {
  const text = files.includes('go.work') ? ((await readText('go.work')) ?? '') : ''
  const words = text.replaceAll(/\/\/[^\n]*/g, '').split(/[\s()"]+/)
  const folders = words.filter((word) => word.startsWith('.')).map((word) => posix.join(word).replace(/\/$/, '').replace(/^\.$/, ''))
  return folders.filter((folder) => files.includes(folder === '' ? 'go.mod' : `${folder}/go.mod`))
}

/** `vet` looks at tests too, and says again what `build` said. */
async function ask({dir, inWorkspace}: GoModule, input: ValidatorInput, cwd: string): Promise<readonly Finding[]> {
  const go = [...startIn(posix.join(cwd, dir)), 'go']
  const env: Record<string, string> = inWorkspace ? {} : {GOWORK: 'off'}
  const build = await input.exec([...go, 'build', '-o', '/dev/null', './...'], {env})
  const vet = await input.exec([...go, 'vet', './...'], {env})
  const said = [...complaintsOf(build, 'go build', dir), ...complaintsOf(vet, 'go vet', dir)]
  const seen = new Set<string>()
  return said.filter(({file, line, message}) => {
    const key = `${file}:${line}:${message.replace(/^go \w+: (?:vet: )?/, '')}`
    return !seen.has(key) && seen.add(key)
  })
}

/** Go before 1.20 has no option for its folder. */
function startIn(folder: string): readonly string[] {
  return folder === '.' ? [] : ['sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', folder]
}

function complaintsOf({exitCode, stdout, stderr, timedOut}: ExecResult, command: string, dir: string): readonly Finding[] {
  if (exitCode === 0) return []
  const findings = parseComplaints(`${stdout}\n${stderr}`, command, dir)
  if (findings.length > 0) return findings
  const said = stderr.trim().split('\n').at(-1) ?? ''
  return [{message: timedOut ? `${command}: did not end in time in \`${dir}\`.` : `${command}: fails in \`${dir}\`: ${said.slice(0, 200)}`}]
}

/** For packages of the module itself Go advises to fetch them, which leads nowhere. */
async function explain(finding: Finding, {files, readText}: ValidatorInput): Promise<Finding> {
  const path = /(?:module provides package|package) (\S+?)(?:;| is not in std|$)/.exec(finding.message)?.[1]
  if (path === undefined || finding.file === undefined) return finding
  const folder = foldersAbove(folderOf(finding.file)).find((one) => files.includes(one === '' ? 'go.mod' : `${one}/go.mod`))
  const text = folder === undefined ? '' : ((await readText(folder === '' ? 'go.mod' : `${folder}/go.mod`)) ?? '')
  const own = /^module\s+"?([^\s"]+)/m.exec(text)?.[1]
  if (own === undefined || !path.startsWith(`${own}/`)) return finding
  const missing = posix.join(folder ?? '', path.slice(own.length + 1))
  const proto = files.find((file) => file.endsWith('.proto'))
  const isGenerated = proto !== undefined && /(?:^|\/)(?:\w*pb|proto\w*|gen\w*|v\d+)(?:\/|$)/.test(missing)
  const hint = isGenerated ? ` If it is generated from \`${proto}\`, generate it and commit it.` : ''
  return {...finding, message: `\`${path}\` is a package of this module, and there is no Go file in \`${missing}\`.${hint}`}
}
