import {parseJson, toLine, toRecord, toRecords, toText, type Json} from '../json.ts'
import type {Linter, LintOutput, Problem} from '../linter.ts'
import {asArguments, foldersWith, planByConfig} from '../plan.ts'
import {locateNodeLinter} from './node-linter.ts'

/** Only the linter of Biome: how code is formatted proves nothing. */
export const biome: Linter = {
  name: 'biome',
  plan: async (input) =>
    planByConfig(
      input,
      foldersWith(input.files, ['biome.json', 'biome.jsonc', '.biome.json', '.biome.jsonc']),
      /\.(?:[cm]?[jt]sx?|jsonc?|css|graphql|gql|vue|svelte|astro|html)$/,
    ),
  locate: (input, unit) => locateNodeLinter(input, unit, 'biome', '@biomejs/biome'),
  args: ({files}) => [
    'lint',
    '--reporter=json',
    '--max-diagnostics=none',
    '--no-errors-on-unmatched',
    '--files-ignore-unknown=true',
    '--colors=off',
    ...asArguments(files),
  ],
  parse: parseBiome,
}

function parseBiome({stdout, warningsCount}: LintOutput): readonly Problem[] | undefined {
  const report = toRecord(parseJson(stdout))
  if (!Array.isArray(report.diagnostics)) return undefined
  return toRecords(report.diagnostics)
    .filter(({severity}) => severity === 'error' || severity === 'fatal' || (warningsCount && severity === 'warning'))
    .map((diagnostic) => ({
      ...placeOf(toRecord(diagnostic.location)),
      rule: toText(diagnostic.category)?.replace(/^lint\//, ''),
      message: messageOf(diagnostic),
    }))
}

/** Version 2 tells the line; version 1 an offset into the file, whose text it sends along. */
function placeOf(location: Json): Pick<Problem, 'file' | 'line'> {
  const file = toText(location.path) ?? toText(toRecord(location.path).file) ?? ''
  const start = Array.isArray(location.span) ? Number(location.span[0]) : undefined
  const source = toText(location.sourceCode)
  const counted =
    start === undefined || source === undefined ? undefined : Buffer.from(source).subarray(0, start).toString().split('\n').length
  return {file, line: toLine(toRecord(location.start).line) ?? counted}
}

function messageOf({message, description}: Json): string {
  return toText(message) ?? toText(description) ?? 'a problem without a message'
}
