import {parseJson, toLine, toRecord, toRecords, toText} from '../json.ts'
import type {Linter, LintOutput, Problem} from '../linter.ts'
import {asArguments, foldersWith, planByConfig} from '../plan.ts'
import {locateNodeLinter} from './node-linter.ts'

export const oxlint: Linter = {
  name: 'oxlint',
  plan: async (input) =>
    planByConfig(
      input,
      foldersWith(input.files, ['.oxlintrc.json', '.oxlintrc.jsonc', 'oxlint.config.ts']),
      /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/,
    ),
  locate: (input, unit) => locateNodeLinter(input, unit, 'oxlint'),
  args: ({files}) => ['--format=json', '--no-error-on-unmatched-pattern', ...asArguments(files)],
  parse: parseOxlint,
}

function parseOxlint({stdout, warningsCount}: LintOutput): readonly Problem[] | undefined {
  const {diagnostics} = toRecord(parseJson(stdout))
  if (!Array.isArray(diagnostics)) return undefined
  return toRecords(diagnostics)
    .filter(({severity}) => severity === 'error' || warningsCount)
    .map(({filename, code, message, labels}) => ({
      file: toText(filename) ?? '',
      line: toLine(toRecord(toRecord(toRecords(labels)[0]).span).line),
      rule: toText(code)?.replace(/^eslint\((.*)\)$/, '$1'),
      message: toText(message) ?? 'a problem without a message',
    }))
}
