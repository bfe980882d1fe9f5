import {posix} from 'node:path'
import {foldersAbove} from '@conduct-cli/toolchain'
import type {ValidatorInput} from 'conduct-cli/plugin'
import {parseJson, toLine, toRecord, toRecords, toText} from '../json.ts'
import type {Linter, LintOutput, Located, Problem, Unit} from '../linter.ts'
import {foldersWith, planByConfig} from '../plan.ts'

const CONFIGS = ['yml', 'yaml', 'toml', 'json'].map((ending) => `.golangci.${ending}`)
/** Go leaves these folders out itself. */
const SOURCES = /^(?!(?:.*\/)?(?:vendor|testdata|node_modules|[_.][^/]*)\/).*\.go$/

export const golangciLint: Linter = {
  name: 'golangci-lint',
  plan: async (input) => (await modules(input)).filter(({config}) => config !== undefined),
  locate: locateGolangci,
  args: (unit) => [
    'run',
    '--output.json.path=stdout',
    '--output.text.path=stderr',
    '--path-mode=abs',
    '--show-stats=false',
    '--max-issues-per-linter=0',
    '--max-same-issues=0',
    '--allow-parallel-runners',
    ...packages(unit),
  ],
  parse: parseGolangci,
}

/** For modules that configure no linter: it comes with Go, and needs no configuration. */
export const goVet: Linter = {
  name: 'go vet',
  plan: async (input) => (await modules(input)).filter(({config}) => config === undefined),
  locate: async (input) => ((await canStart(input, 'go', 'version')) ? {argv: ['go']} : {missing: GO}),
  args: (unit) => ['vet', ...packages(unit)],
  parse: parseGoVet,
}

const GO = {tool: 'go', install: 'install Go, https://go.dev/doc/install, and see that `go` is on the PATH'}

/** Changed Go files by module, with the golangci-lint configuration that holds there, which may be further up. */
async function modules(input: ValidatorInput): Promise<readonly Unit[]> {
  const configs = foldersWith(input.files, CONFIGS)
  return planByConfig(input, foldersWith(input.files, ['go.mod']), SOURCES).map(({dir, files}) => {
    const folder = foldersAbove(dir).find((candidate) => configs.has(candidate))
    return {dir, files, ...(folder === undefined ? {} : {config: configs.get(folder)})}
  })
}

/** Go checks packages, not files. */
function packages({files}: Unit): readonly string[] {
  return [...new Set(files.map((file) => `./${posix.dirname(file)}`))].sort()
}

async function locateGolangci(input: ValidatorInput, {config}: Unit): Promise<Located> {
  if (await canStart(input, 'golangci-lint', 'version')) return {argv: ['golangci-lint']}
  const text = (config === undefined ? undefined : await input.readText(config)) ?? ''
  const major = /^\s*"?version"?\s*[:=]\s*["']?2/m.test(text) ? '/v2' : ''
  const install = `go install github.com/golangci/golangci-lint${major}/cmd/golangci-lint@latest`
  return {missing: {tool: 'golangci-lint', install}}
}

async function canStart(input: ValidatorInput, ...argv: readonly string[]): Promise<boolean> {
  return (await input.exec(argv)).error === undefined
}

/** Its exit code is 1 for findings, and higher when it could not do its work. */
function parseGolangci({exitCode, stdout}: LintOutput): readonly Problem[] | undefined {
  const report = toRecord(parseJson(stdout.split('\n').find((line) => line.startsWith('{')) ?? ''))
  if ((exitCode ?? 2) > 1 || !('Issues' in report)) return undefined
  return toRecords(report.Issues).map(({FromLinter, Text, Pos}) => ({
    file: toText(toRecord(Pos).Filename) ?? '',
    line: toLine(toRecord(Pos).Line),
    rule: toText(FromLinter),
    message: toText(Text) ?? 'a problem without a message',
  }))
}

/** `./a.go:6:14: fmt.Printf format %d has arg "x" of wrong type string`; what does not build has `vet: ` before it. */
function parseGoVet({exitCode, stdout, stderr}: LintOutput): readonly Problem[] | undefined {
  const places = [...`${stdout}\n${stderr}`.matchAll(/^(?:vet: )?(\S.*?\.go):(\d+):(?:\d+:)? (.+)$/gm)]
  if (exitCode !== 0 && places.length === 0) return undefined
  return places.map(([, file = '', line, message = '']) => ({file, line: Number(line), message}))
}
