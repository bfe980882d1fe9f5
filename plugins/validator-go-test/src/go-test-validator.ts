import {readFile} from 'node:fs/promises'
import type {TestReport, Validator, ValidatorInput, Verdict} from 'conduct-cli/plugin'
import {findModules, type GoModule} from './modules.ts'

/** Runs `go test ./...` in each Go module of the tree. */
export const goTestValidator: Validator = {
  name: 'go-test',
  applies: ({files}) => files.some((file) => file === 'go.mod' || file.endsWith('/go.mod')) && files.some(isGoFile),
  run: runGoTest,
}

const isGoFile = (file: string) => file.endsWith('.go')

/** The whole suite of one module, without a flag that leaves tests out. */
const WHOLE_SUITE = /^go test(?: -(?:v|race|json|cover|count=\d+|timeout=?\s?\w+|shuffle=\w+))* \.\/\.\.\.(?: -(?:v|race|count=\d+))*$/

async function runGoTest(input: ValidatorInput): Promise<Verdict> {
  const modules = await findModules(input)
  const isRootAlone = modules.length === 1 && modules[0]?.dir === '.'
  if (isRootAlone && WHOLE_SUITE.test(input.phase?.testCommand.trim() ?? '')) {
    return {status: 'skip', executed: null, findings: [], evidence: "The phase's test command runs `go test ./...` already."}
  }
  const version = await goVersion(input)
  if (version === undefined) return missing('go', 'install Go, https://go.dev/doc/install, and see that `go` is on the PATH')
  const report = await input.runTests(toScript(modules, version))
  const output = await readFile(report.logFile, 'utf8').catch(() => '')
  if (report.status === 'fail' && OFFLINE.test(output)) return missing('a module that go.mod requires', 'go mod download')
  return withUntested(report, output, modules)
}

/** A module is not in the cache and cannot be fetched: nothing that the tree could do about it. */
const OFFLINE = /\bdial tcp\b|no such host|module lookup disabled by GOPROXY=off|TLS handshake timeout/

function missing(tool: string, install: string): Verdict {
  return {status: 'fail', executed: null, findings: [], missing: [{tool, install}]}
}

/** Minor number of `go1.26.8`; `undefined` when there is no Go. A Go that does not answer will say why when it tests. */
async function goVersion(input: ValidatorInput): Promise<number | undefined> {
  const {error, stdout} = await input.exec(['go', 'version'])
  const match = /\bgo1\.(\d+)/.exec(stdout)
  return error === undefined ? Number(match?.[1] ?? 0) : undefined
}

/** Every module is tested, whatever the ones before it did. Go does not say where it runs, so each is announced. */
function toScript(modules: readonly GoModule[], version: number): string {
  const flags = version >= 21 ? '-json -fullpath' : '-json'
  const runs = modules.map(({dir, inWorkspace}) => {
    const command = `${inWorkspace ? '' : 'GOWORK=off '}go test ${flags} ./...`
    if (dir === '.') return `${command} || failed=1`
    const announcement = JSON.stringify({Action: 'cd', Package: dir})
    return `printf '%s\\n' ${quote(announcement)}\n(cd ${quote(`./${dir}`)} && ${command}) || failed=1`
  })
  return runs.length === 1 && modules[0]?.dir === '.' ? `go test ${flags} ./...` : ['failed=0', ...runs, 'exit $failed'].join('\n')
}

/** The names of folders come from the tree, which an agent wrote. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

const MAX_NAMED = 10

/** A package without tests is no failure, and no proof either: it is named. */
function withUntested({status, executed, findings, evidence}: TestReport, output: string, modules: readonly GoModule[]): Verdict {
  const untested = [...output.matchAll(/"\?\s+\\t(\S+?)\\t\[no test files\]/g)].map(([, name = '']) => name)
  const more = untested.length > MAX_NAMED ? ` and ${untested.length - MAX_NAMED} more` : ''
  const note = untested.length > 0 ? ` No tests in ${untested.slice(0, MAX_NAMED).join(', ')}${more}.` : ''
  const command = modules.length === 1 ? '`go test ./...`' : `\`go test ./...\` in ${modules.length} modules`
  const shown = evidence?.replace(/^`[^`]*`/, command)
  return {status, executed, findings, evidence: `${shown ?? ''}${note}`}
}
