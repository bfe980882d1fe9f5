import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison, FileSide} from '../comparison.ts'
import type {Matching} from '../match-tests.ts'
import {effectiveAssertions, nameOf, type TestCase} from '../test-case.ts'
import {isSetAside} from '../test-files.ts'
import {vanishedNames} from '../vanished.ts'

/** Tests of the base with nothing in their place; a whole file of them is one finding. */
export function findLostTests(comparison: Comparison, {lost, pairs}: Matching): readonly Finding[] {
  const missed = withoutObsolete(lost.filter(checksSomething), comparison)
  const aside = setAside(
    comparison,
    pairs.map(({head, base}) => [base.file, head.file] as const),
  )
  return [...Map.groupBy(missed, ({file}) => file)].flatMap(([file, tests]) => findingsOf(file, tests, comparison)).concat(aside)
}

/** What became of the code is looked up when there is a test that may have gone with it. */
function withoutObsolete(tests: readonly TestCase[], comparison: Comparison): readonly TestCase[] {
  if (tests.length === 0) return []
  const {names, modules} = vanishedNames(comparison)
  return tests.filter((test) => !isObsolete(test, names, modules, comparison))
}

/** One that could not fail is no loss. */
const checksSomething = (test: TestCase) => effectiveAssertions(test).length > 0 || test.doesSomething || (test.isUnclear ?? false)

function findingsOf(file: string, tests: readonly TestCase[], {changes, files}: Comparison): Finding[] {
  const change = changes.find((each) => each.file === file)
  if (change?.isRemoved) {
    const some = tests
      .slice(0, 3)
      .map((test) => `\`${nameOf(test)}\``)
      .join(', ')
    const target = renamedTo(file, files, changes)
    const what = target === undefined ? 'was deleted' : `was renamed to ${target}, where no test runner looks`
    const more = tests.length > 3 ? ` and ${tests.length - 3} more` : ''
    return [
      {
        message: `This test file ${what}, and ${tests.length === 1 ? 'its test' : `${tests.length} of its tests`} (${some}${more}) with it. Restore what it tested.`,
        file,
      },
    ]
  }
  return tests.map((test) => findingOf(test, file, change))
}

function findingOf(test: TestCase, file: string, change: Change | undefined): Finding {
  const name = nameOf(test)
  const own = test.path.at(-1) ?? name
  const comment = change?.head?.source?.comments.find(({text}) => own !== '' && text.includes(own))
  if (comment) return {message: `The test \`${name}\` is commented out. Put it back.`, file, line: comment.line}
  const renamed = change?.head && uncollected(test, own, change.head)
  if (renamed)
    return {
      message: `The test \`${name}\` has a name that the runner does not collect any more. Give it its name back.`,
      file,
      line: renamed.line,
    }
  return {
    message: `The test \`${name}\` was deleted, and nothing tests the same in its place. Put it back.`,
    file,
    line: lineNear(test, change),
  }
}

/** The function is still there under a name, or in a class, that the runner does not look for. */
function uncollected({path}: TestCase, own: string, {source, tests}: FileSide) {
  if (!/^\w+$/.test(own)) return undefined
  const others = source?.functions.filter((each) => !tests.some(({from, to}) => from <= each.from && each.to <= to)) ?? []
  return others.find(
    ({name, owner}) =>
      (name === own && owner !== undefined && path.length > 1) || (name !== own && name.toLowerCase().endsWith(own.toLowerCase())),
  )
}

/** Where the test stood: behind the last one before it that is still there. */
function lineNear(test: TestCase, change: Change | undefined): number {
  const before = change?.base?.tests.filter(({from}) => from < test.from).toReversed() ?? []
  for (const {path} of before) {
    const still = change?.head?.tests.find((each) => each.path.join('\0') === path.join('\0'))
    if (still) return still.line
  }
  return 1
}

/** A file that is new, and whose name still has the old name in it. */
function renamedTo(file: string, files: readonly string[], changes: readonly Change[]): string | undefined {
  const stem =
    file
      .split('/')
      .at(-1)
      ?.replace(/\.[^.]+$/, '')
      .replaceAll(/^test_|_test$|\.(?:test|spec)$/g, '') ?? ''
  const fresh = new Set(changes.filter(({base, isRemoved}) => base === undefined && !isRemoved).map((change) => change.file))
  return stem.length < 2
    ? undefined
    : files.find(
        (each) =>
          fresh.has(each) && (each.split('/').at(-1) ?? '').includes(stem) && !changes.find((change) => change.file === each)?.head?.isTest,
      )
}

/** What it tested was taken away: the functions that it calls, or the module that it imports. */
function isObsolete(test: TestCase, names: ReadonlySet<string>, modules: readonly string[], {changes}: Comparison): boolean {
  if (test.tokens.some(({text}) => names.has(text))) return true
  const imports = changes.find(({file}) => file === test.file)?.base?.source?.imports ?? []
  const gone = imports.filter(({specifier, names: imported}) => modules.some((module) => endsWithModule(specifier, imported, module)))
  return gone.some(
    ({names: imported}) => imported.length === 0 || test.tokens.some(({text}) => imported.includes(text) || imported.includes('default')),
  )
}

/** `../src/sum.js` and `app.sum` both end with the module `sum`; `from app import sum` names it. */
function endsWithModule(specifier: string, imported: readonly string[], module: string): boolean {
  const last = specifier
    .split('/')
    .at(-1)
    ?.replace(/\.[cm]?[jt]sx?$/, '')
    .split('.')
    .at(-1)
  return last === module || (/^[\w.]+$/.test(specifier) && imported.includes(module))
}

/** Found again, but in a place whose name says that it is set aside. */
function setAside({changes}: Comparison, moves: readonly (readonly [string, string])[]): Finding[] {
  const targets = new Set(moves.filter(([from, to]) => from !== to && isSetAside(to) && !isSetAside(from)).map(([, to]) => to))
  const gone = changes.filter(({isRemoved}) => isRemoved).map(({file}) => file)
  return [...targets].map((file) => ({
    message: `Tests were moved to ${file}, which is set aside by its name. Leave them where they were${gone.length === 1 ? `: ${gone[0]}` : ''}.`,
    file,
    line: 1,
  }))
}
