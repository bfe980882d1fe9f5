import type {SourceFunction, SourceTree, SyntaxNode} from '@conduct-cli/source'
import {circumstancesOf} from '../circumstances.ts'
import type {FileSide} from '../comparison.ts'
import {callsIn, nodesIn} from '../ranges.ts'
import type {Escape} from './escapes.ts'

/** Assignments in a hook of pytest by which what failed has passed, or never was. */
const VERDICTS: readonly (readonly [RegExp, string])[] = [
  [/\.outcome\s*=\s*["'](?:passed|skipped)["']/, 'turns failed tests into others'],
  [/\.(?:exitstatus|testsfailed|testscollected)\s*=/, 'sets the exit status itself'],
  [/\.(?:longrepr|excinfo)\s*=\s*None/, 'hides why tests failed'],
  [/\bitems\s*\[\s*:\s*\]\s*=\s*\[\s*\]|\bitems\.clear\(\)|^del items\b/, 'takes the collected tests away'],
]

/** Hooks of `conftest.py` (and of plugins in the tree) that decide what counts. */
export function hooksIn({file}: FileSide, source: SourceTree): readonly Escape[] {
  if (source.language !== 'python') return []
  const hooks = source.functions.filter(({name}) => name.startsWith('pytest_')).flatMap((hook) => harmOf(hook, source))
  const ignored = /(?:^|\/)conftest\.py$/.test(file) ? ignoresIn(source) : []
  return [...hooks, ...ignored].map(({line, text, what}) => ({
    file,
    line,
    key: `hook ${text}`,
    message: `\`${text}\` ${what}. Take it out.`,
  }))
}

interface Harm {
  readonly line: number
  readonly text: string
  readonly what: string
}

function harmOf(hook: SourceFunction, source: SourceTree): readonly Harm[] {
  const statements = nodesIn(source, hook, ['AssignStatement', 'UpdateStatement', 'ExpressionStatement', 'DeleteStatement'])
  const set = statements.flatMap((node) => {
    const text = source.textOf(node)
    const what = VERDICTS.find(([pattern]) => pattern.test(text))?.[1]
    return what === undefined ? [] : [{line: source.lineOf(node.from), text: `${hook.name}: ${text.split('\n')[0]}`, what}]
  })
  return [...set, ...filtered(hook, statements, source), ...markers(hook, source), ...ignoring(hook, source)]
}

/** Tests that an option asks for may be chosen; others may not. */
const isByOption = (hook: SourceFunction, source: SourceTree) =>
  /getoption|getini|\bkeywords\b|get_closest_marker|environ/.test(source.textOf(hook))

function filtered(hook: SourceFunction, statements: readonly SyntaxNode[], source: SourceTree): readonly Harm[] {
  const found = statements.find((node) => /\bitems\s*\[\s*:\s*\]\s*=\s*\[.*\bif\b|\bitems\.(?:remove|pop)\(/s.test(source.textOf(node)))
  if (hook.name !== 'pytest_collection_modifyitems' || found === undefined || isByOption(hook, source)) return []
  return [
    {line: source.lineOf(found.from), text: `${hook.name}: ${source.textOf(found).split('\n')[0]}`, what: 'takes collected tests away'},
  ]
}

/** `item.add_marker(pytest.mark.skip)` for every test; what looks at the test's own marks is honest. */
function markers(hook: SourceFunction, source: SourceTree): readonly Harm[] {
  const isSkip = (text: string) =>
    /\b(?:skip|xfail)\b/.test(text) ||
    new RegExp(`\\b${/add_marker\((\w+)\)/.exec(text)?.[1] ?? '(?!)'}\\s*=.*mark\\.(?:skip|xfail)`).test(source.textOf(hook))
  return callsIn(source, hook)
    .filter(({callee, node}) => callee.endsWith('.add_marker') && isSkip(source.textOf(node)))
    .filter(
      ({node}) =>
        circumstancesOf(node, hook, source).condition?.replace('when a function is called', '') === undefined || !isByOption(hook, source),
    )
    .filter(() => !isByOption(hook, source))
    .map(({line, node}) => ({line, text: `${hook.name}: ${source.textOf(node)}`, what: 'skips tests, or expects them to fail'}))
}

/** `return True` from `pytest_ignore_collect`, `pytest_pyfunc_call`, `pytest_runtest_protocol`: the test is not run. */
function ignoring(hook: SourceFunction, source: SourceTree): readonly Harm[] {
  if (!/^pytest_(?:ignore_collect|pyfunc_call|runtest_protocol|runtest_call|collect_file)$/.test(hook.name)) return []
  const returned = nodesIn(source, hook, ['ReturnStatement']).find((node) => /^return\s+(?:True|1)$/.test(source.textOf(node)))
  if (returned === undefined || circumstancesOf(returned, hook.body ?? hook, source).condition !== undefined) return []
  return [{line: source.lineOf(returned.from), text: `${hook.name}: return True`, what: 'keeps tests from being run'}]
}

/** `collect_ignore = ["test_a.py"]`; what is no test may be ignored. */
function ignoresIn(source: SourceTree): readonly Harm[] {
  return nodesIn(source, {from: 0, to: source.text.length}, ['AssignStatement', 'UpdateStatement', 'ExpressionStatement']).flatMap(
    (node) => {
      const text = source.textOf(node)
      if (!/^collect_ignore(?:_glob)?\b/.test(text) || !/["'][^"']*(?:test|\*)[^"']*["']/.test(text)) return []
      const {condition} = circumstancesOf(node, {from: 0, to: source.text.length + 1}, source)
      return condition === undefined
        ? [{line: source.lineOf(node.from), text: text.split('\n')[0] ?? '', what: 'keeps pytest from collecting tests'}]
        : []
    },
  )
}
