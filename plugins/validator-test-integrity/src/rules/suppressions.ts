import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison, FileSide} from '../comparison.ts'
import {isForeign} from '../test-files.ts'
import {surplus} from './multiset.ts'

/** Comments that tell a tool to look away. */
const MARKERS: readonly (readonly [RegExp, string])[] = [
  [
    /^[/*\s]*(?:eslint-disable|oxlint-disable|biome-ignore|tslint:disable|jshint ignore|standard-disable|deno-lint-ignore)[\w-]*/,
    'the linter',
  ],
  [/^[/*\s]*@ts-(?:ignore|expect-error|nocheck)\b/, 'the type checker'],
  [/^[/*\s]*(?:istanbul|c8|v8) ignore\b|^[/*\s]*node:coverage (?:ignore|disable)\b/, 'coverage'],
  [/#\s*(?:ruff:\s*|flake8:\s*)?noqa\b|#\s*pylint:\s*(?:disable|skip-file)\b/i, 'the linter'],
  [/#\s*type:\s*ignore\b|#\s*(?:pyright|mypy):\s*(?:ignore|basic|strict\s*=\s*false)/, 'the type checker'],
  [/#\s*pragma:\s*no (?:cover|branch)\b/, 'coverage'],
  [/#\s*nosec\b|\/\/\s*#nosec\b/, 'the security check'],
  [/^\/\/\s*nolint\b|^\/\/lint:(?:file-)?ignore\b/, 'the linter'],
]

/** Suppressions that no line of the base had; one that only moved, with its file or within it, is not new. */
export function findSuppressions({changes}: Comparison): readonly Finding[] {
  const now = changes.flatMap((change) => addedSuppressions(change))
  const before = now.length > 0 ? changes.flatMap(({base}) => suppressionsIn(base)) : []
  return surplus(now, before, ({key}) => key).map(({file, line, text, what}) => ({
    message: `\`${text.slice(0, 80)}\` silences ${what}. Mend what it hides, and take it out.`,
    file,
    line,
  }))
}

interface Suppression {
  readonly file: string
  readonly line: number
  readonly text: string
  /** The marker without rules and reasons: one that became narrower, or says why, is the same. */
  readonly key: string
  readonly what: string
}

/** A line that is the same as before may still be listed as added when a file is new: the surplus settles that. */
function addedSuppressions({head, added, base}: Change): readonly Suppression[] {
  const own = suppressionsIn(head)
  return base === undefined || own.some(({line}) => added.has(line)) ? own : []
}

function suppressionsIn(side: FileSide | undefined): readonly Suppression[] {
  if (side?.source === undefined || isForeign(side.file, side.text)) return []
  const {file, source} = side
  return source.comments.flatMap(({text, line}) => {
    const plain = text.replaceAll(/\s+/g, ' ').trim()
    const [pattern, what] = MARKERS.find(([each]) => each.test(plain)) ?? []
    const key = pattern?.exec(plain)?.[0].replaceAll(/[\s/*#:]/g, '')
    return what === undefined || key === undefined || isHonest(file, plain) ? [] : [{file, line, text: plain, key, what}]
  })
}

/** A re-export is meant to look unused; a test of types says what must not compile. */
function isHonest(file: string, text: string): boolean {
  if (/(?:^|\/)__init__\.py$/.test(file) && /noqa:?\s*F40[13]\b/.test(text)) return true
  return /@ts-expect-error/.test(text) && /\.test-d\.[cm]?ts$|(?:^|\/)(?:tests?|__tests__)\/|\.(?:test|spec)\.[cm]?tsx?$/.test(file)
}
