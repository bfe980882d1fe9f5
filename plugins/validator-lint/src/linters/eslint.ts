import {parseJson, toLine, toRecords, toText} from '../json.ts'
import type {Linter, LintOutput, Problem, Unit} from '../linter.ts'
import {asArguments, foldersSaying, foldersWith, planByConfig} from '../plan.ts'
import {locateNodeLinter} from './node-linter.ts'

const FLAT = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((ending) => `eslint.config.${ending}`)
const LEGACY = ['.eslintrc.js', '.eslintrc.cjs', '.eslintrc.yaml', '.eslintrc.yml', '.eslintrc.json', '.eslintrc']
/** What a flat configuration does not name it leaves out by itself. */
const SOURCES = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/
const PLAIN_SOURCES = /\.[cm]?jsx?$/

/** ESLint with a flat configuration. */
export const eslint: Linter = {
  name: 'eslint',
  plan: async (input) => planByConfig(input, foldersWith(input.files, FLAT), SOURCES),
  locate: (input, unit) => locateNodeLinter(input, unit, 'eslint'),
  args: ({files}) => [...COMMON, '--no-warn-ignored', ...asArguments(files)],
  parse: parseEslint,
}

/** ESLint with `.eslintrc`, which versions 8 and 9 read. */
export const eslintLegacy: Linter = {
  name: 'eslint',
  plan: async (input) => {
    if (foldersWith(input.files, FLAT).size > 0) return []
    const configs = new Map([...(await foldersSaying(input, 'package.json', /"eslintConfig"\s*:/)), ...foldersWith(input.files, LEGACY)])
    const units = planByConfig(input, configs, SOURCES)
    const kept = await Promise.all(units.map((unit) => withoutForeignSources(unit, input.readText)))
    return kept.filter(({files}) => files.length > 0)
  },
  locate: (input, unit) => locateNodeLinter(input, unit, 'eslint'),
  args: ({files}) => [...COMMON, ...asArguments(files)],
  env: {ESLINT_USE_FLAT_CONFIG: 'false'},
  parse: parseEslint,
}

const COMMON = ['--format', 'json', '--no-error-on-unmatched-pattern']

/** It would read TypeScript that is named on its command line as if it were JavaScript. */
async function withoutForeignSources(unit: Unit, readText: (file: string) => Promise<string | undefined>): Promise<Unit> {
  const text = unit.config === undefined ? '' : ((await readText(unit.config)) ?? '')
  return /typescript|vue|svelte|astro/.test(text) ? unit : {...unit, files: unit.files.filter((file) => PLAIN_SOURCES.test(file))}
}

function parseEslint({stdout, warningsCount}: LintOutput): readonly Problem[] | undefined {
  const results = parseJson(stdout)
  if (!Array.isArray(results)) return undefined
  return toRecords(results).flatMap(({filePath, messages}) =>
    toRecords(messages)
      .filter(({severity, ruleId}) => severity === 2 || (warningsCount && ruleId !== null))
      .map(({line, ruleId, message}) => ({
        file: toText(filePath) ?? '',
        line: toLine(line),
        rule: toText(ruleId),
        message: toText(message) ?? 'a problem without a message',
      })),
  )
}
