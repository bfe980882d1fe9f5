import type {Finding} from 'conduct-cli/plugin'
import {RUNNER, weakenersIn} from '../commands.ts'
import type {Change, Comparison, FileSide} from '../comparison.ts'
import {surplus} from './multiset.ts'

const SHELL = /\.(?:sh|bash|zsh)$/
const MAKE = /(?:^|\/)(?:GNU)?[Mm]akefile$|\.mk$|(?:^|\/)[Jj]ustfile$/
const PIPELINE =
  /^\.github\/workflows\/.*\.ya?ml$|^\.gitlab-ci\.yml$|(?:^|\/)(?:azure-pipelines|bitbucket-pipelines|\.travis|appveyor)\.yml$|^\.circleci\/config\.yml$|(?:^|\/)Taskfile\.ya?ml$/
const CHECKS = /\b(?:lint|eslint|ruff|flake8|mypy|tsc|typecheck|vet)\b/

/** Shell scripts, Makefiles and CI files that run tests, and let less follow from them than before. */
export function findRunnerScripts({changes}: Comparison): readonly Finding[] {
  return changes.flatMap((change) => {
    const {base, head, file} = change
    if (
      !base ||
      !isScript(file, base.text) ||
      !RUNNER.test(
        commandsOf(base)
          .map(({text}) => text)
          .join('\n'),
      )
    )
      return []
    return head === undefined ? [] : judge(change, base, head)
  })
}

const isScript = (file: string, text: string) =>
  SHELL.test(file) || MAKE.test(file) || PIPELINE.test(file) || /^#!.*\b(?:ba|z|da)?sh\b/.test(text)

interface Line {
  readonly text: string
  readonly line: number
}

/** Lines that are no comments. A `-` before a recipe ignores its exit code. */
function commandsOf({file, text}: FileSide): readonly Line[] {
  return (MAKE.test(file) ? text.replaceAll(/^\t@?-\s*(.*)$/gm, '\t$1 || true') : text)
    .split('\n')
    .map((line, index) => ({text: line.replace(/(?:^|\s)#.*$/, '').trimEnd(), line: index + 1}))
    .filter((line) => line.text.trim() !== '')
}

function judge({file, isRemoved}: Change, base: FileSide, head: FileSide): readonly Finding[] {
  if (isRemoved) return []
  const [before, now] = [commandsOf(base), commandsOf(head)]
  const runs = (lines: readonly Line[]) => lines.filter(({text}) => RUNNER.test(text))
  if (runs(now).length === 0)
    return [{message: `This file ran tests (\`${runs(before)[0]?.text.trim()}\`) and does not any more. Put that back.`, file, line: 1}]
  const weak = (lines: readonly Line[]) =>
    runs(lines).flatMap(({text, line}) => weakenersIn(text).map((what) => ({what, line, text: text.trim()})))
  const fresh = surplus(weak(now), weak(before), ({what}) => what)
  const findings = fresh.map(({what, line, text}) => ({message: `This command ${what}: \`${text}\`. Let every test count.`, file, line}))
  const masks = surplus(masksOf(file, now), masksOf(file, before), ({what}) => what)
  return [...findings, ...masks.map(({what, line}) => ({message: `${what}. A failing test must fail what runs it.`, file, line}))]
}

interface Mask {
  readonly what: string
  readonly line: number
}

/** What hides an exit code although the command itself is as it was. */
function masksOf(file: string, lines: readonly Line[]): readonly Mask[] {
  if (PIPELINE.test(file)) return pipelineMasks(lines)
  if (MAKE.test(file)) return lines.filter(({text}) => /^\.IGNORE\b/.test(text)).map(({line}) => ({what: '`.IGNORE` hides failures', line}))
  const last = lines.at(-1)
  const ends = last && /^(?:exit(?: 0)?|true|:)$/.test(last.text) ? [{what: 'The script ends with 0 whatever failed', line: last.line}] : []
  const strict = lines
    .filter(({text}) => /^\s*set \+(?:e|o pipefail)/.test(text))
    .map(({line}) => ({what: '`set +e` goes on after a failure', line}))
  const traps = lines.filter(({text}) => /^\s*trap .*exit 0/.test(text)).map(({line}) => ({what: 'The trap ends the script with 0', line}))
  return [...ends, ...strict, ...traps]
}

const TOLERANT =
  /^\s*(?:-\s+)?(?:continue-on-error:\s*true|allow_failure:\s*true|continueOnError:\s*true|if:\s*(?:false|\$\{\{\s*false\s*\}\})|ignore_error:\s*true)\s*$/

/** A key that hides failures, in a block that runs tests or checks. */
function pipelineMasks(lines: readonly Line[]): readonly Mask[] {
  return lines.flatMap(({text, line}, index) => {
    if (!TOLERANT.test(text) || !blockAround(lines, index).some((each) => RUNNER.test(each.text) || CHECKS.test(each.text))) return []
    return [{what: `\`${text.trim().replace(/^- /, '')}\` hides failures`, line}]
  })
}

/** The item or map that a line of YAML belongs to: its neighbours that are indented as it is, and what is in them. */
function blockAround(lines: readonly Line[], index: number): readonly Line[] {
  const depthOf = ({text}: Line) => /^\s*(?:-\s+)?/.exec(text)?.[0].length ?? 0
  const depth = depthOf(lines[index] as Line)
  const isItem = ({text}: Line) => /^\s*-\s/.test(text)
  let [from, to] = [index, index + 1]
  while (from > 0 && !isItem(lines[from] as Line) && depthOf(lines[from - 1] as Line) >= depth) from -= 1
  while (to < lines.length && depthOf(lines[to] as Line) >= depth && !(isItem(lines[to] as Line) && depthOf(lines[to] as Line) === depth))
    to += 1
  return lines.slice(from, to)
}
