import {posix} from 'node:path'
import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison} from '../comparison.ts'

/** Linters of which the closest configuration holds, alone. */
const LINTERS: readonly RegExp[] = [
  /^(?:\.?ruff|pyproject)\.toml$/,
  /^\.oxlintrc\.jsonc?$/,
  /^biome\.jsonc?$/,
  /^\.golangci\.(?:ya?ml|toml|json)$/,
  /^\.eslintrc(?:\.\w+)?$/,
]
const CODE = /\.(?:[cm]?[jt]sx?|py|go)$/

/** New settings of a linter beside code that was under those of a folder above, and that do not build on them. */
export async function findNestedSettings(comparison: Comparison): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const change of comparison.changes) {
    const above = await settingsAbove(change, comparison)
    if (above === undefined) continue
    const message = `\`${change.file}\` takes the code beside it from the rules of \`${above}\`. Extend those, or take it out.`
    findings.push({message, file: change.file, line: 1})
  }
  return findings
}

async function settingsAbove({file, base, head}: Change, comparison: Comparison): Promise<string | undefined> {
  const linter = LINTERS.find((pattern) => pattern.test(posix.basename(file)))
  if (linter === undefined || base !== undefined || head === undefined || !cutsOff(file, head.text)) return undefined
  const folder = posix.dirname(file)
  const isRuled = comparison.baseFiles.some((each) => CODE.test(each) && (folder === '.' || each.startsWith(`${folder}/`)))
  if (!isRuled) return undefined
  const others = comparison.files.filter(
    (each) => each !== file && linter.test(posix.basename(each)) && comparison.baseFiles.includes(each),
  )
  for (const other of others.filter((each) => isAbove(posix.dirname(each), folder, file))) {
    if (speaksOfLinter(other, (await comparison.readText(other)) ?? '')) return other
  }
  return undefined
}

/** ESLint's older settings add up unless they are called the root. */
function cutsOff(file: string, text: string): boolean {
  if (posix.basename(file).startsWith('.eslintrc')) return /\broot["']?\s*:\s*true/.test(text)
  return speaksOfLinter(file, text) && !/\bextends?\b/.test(text)
}

const speaksOfLinter = (file: string, text: string) => !file.endsWith('pyproject.toml') || /^\[tool\.ruff\b/m.test(text)

/** In the same folder, Ruff's own file goes before that of the project. */
function isAbove(other: string, folder: string, file: string): boolean {
  if (other === folder) return file.endsWith('ruff.toml')
  return other === '.' || folder.startsWith(`${other}/`)
}
