import type {Finding} from 'conduct-cli/plugin'
import {isVacuous, pathsIn, resolveScript, RUNNER, scriptsOf, weakenersIn} from '../commands.ts'
import type {Change, Comparison, FileSide} from '../comparison.ts'
import {settingsOf} from '../settings.ts'
import {isTestFile, matchesPattern} from '../test-files.ts'

/** `npm test` that runs nothing, less, or ends well whatever happens. */
export function findScriptChanges(comparison: Comparison): readonly Finding[] {
  return comparison.changes.filter(({file}) => /(?:^|\/)package\.json$/.test(file)).flatMap((change) => judge(change, comparison))
}

function judge({file, base, head}: Change, comparison: Comparison): readonly Finding[] {
  if (head === undefined) return []
  const scripts = {before: scriptsAt(base), now: scriptsAt(head), isRoot: file === 'package.json', isNew: base === undefined}
  return namesOf(scripts).flatMap((name) => {
    const message = vacuous(name, scripts) ?? weakened(name, scripts) ?? (name === 'test' ? narrowed(scripts, comparison) : undefined)
    const line = scripts.now.get(name)?.line ?? scripts.now.get('test')?.line ?? 1
    return message === undefined ? [] : [{message, file, line}]
  })
}

const scriptsAt = (side: FileSide | undefined) => scriptsOf(side ? settingsOf(side.file, side.text) : [])

type ScriptMap = ReturnType<typeof scriptsAt>

interface Scripts {
  readonly before: ScriptMap
  readonly now: ScriptMap
  /** Of the repository, not of one package in it. */
  readonly isRoot: boolean
  /** The whole file is. */
  readonly isNew: boolean
}

/** `test`, what runs around it, what it runs, and what ran tests before. */
function namesOf({before, now}: Scripts): readonly string[] {
  const known = [...before].filter(([name, {value}]) => RUNNER.test(value) && !/watch/.test(name)).map(([name]) => name)
  const own = ['test', 'pretest', 'posttest']
  const reached = [...now]
    .filter(([name]) => own.some((each) => each !== name && names(now.get(each)?.value ?? '', name)))
    .map(([name]) => name)
  return [...new Set([...own, ...reached, ...known])]
}

const names = (command: string, script: string) => command.split(/[\s;&|"']+/).includes(script)

const valueOf = (name: string, scripts: ScriptMap) => scripts.get(name)?.value ?? ''

function vacuous(name: string, {before, now, isRoot, isNew}: Scripts): string | undefined {
  const [was, is] = [resolveScript(name, before), resolveScript(name, now)]
  const hadTests = was !== '' && !isVacuous(was) && !/exit [1-9]/.test(was)
  if (is === '') {
    const isMoved = [...now.values()].some(({value}) => value === valueOf(name, before))
    return hadTests && !isMoved && name === 'test' ? `The script \`test\` is gone. Put \`${was}\` back.` : undefined
  }
  if (!isVacuous(is) || (was !== '' && isVacuous(was))) return undefined
  if (hadTests) return `The script \`${name}\` (\`${is}\`) runs no test. Put \`${was}\` back.`
  return name === 'test' && (isRoot || !isNew) ? `The script \`${name}\` (\`${is}\`) runs no test. Let it run the tests.` : undefined
}

/** A script is blamed for what it says itself; what it runs is looked at by its own name. */
function weakened(name: string, {before, now}: Scripts): string | undefined {
  const [was, is] = [valueOf(name, before), valueOf(name, now)]
  const known = new Set([...weakenersIn(was), ...weakenersIn(resolveScript('test', before))])
  const weakener = RUNNER.test(resolveScript(name, now)) ? weakenersIn(is).find((each) => !known.has(each)) : undefined
  const isOwn = was !== '' || /whatever|no test runs/.test(weakener ?? '')
  return weakener !== undefined && isOwn ? `The script \`${name}\` ${weakener}: \`${is}\`. Let every test count.` : undefined
}

function narrowed({before, now}: Scripts, comparison: Comparison): string | undefined {
  const [was, is] = [resolveScript('test', before), resolveScript('test', now)]
  const left = was === is || is === '' ? [] : leftOut(was, now, comparison)
  if (left.length === 0) return undefined
  return `The script \`test\` runs ${left.length} test files less, ${left[0]} for one: \`${is}\` instead of \`${was}\`.`
}

/** Test files that the command named before, and that no script names any more. */
function leftOut(was: string, now: ScriptMap, {files, patterns}: Comparison): readonly string[] {
  const commands = [...now.values()].map(({value}) => value).filter((value) => RUNNER.test(value) || /\bnode\b/.test(value))
  const runsAll = commands.some((command) => RUNNER.test(command) && pathsIn(command).length === 0)
  if (runsAll || !RUNNER.test(was)) return []
  const [before, after] = [pathsIn(was), commands.flatMap(pathsIn)]
  const tests = files.filter((file) => isTestFile(file, patterns) && /\.(?:test|spec)\.|_test\.|test[-_]/.test(file))
  const wasRun = (file: string) => before.length === 0 || before.some((pattern) => matchesPattern(file, pattern))
  return tests.filter((file) => wasRun(file) && !after.some((pattern) => matchesPattern(file, pattern)))
}
