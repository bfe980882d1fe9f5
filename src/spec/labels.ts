import {distance} from 'fastest-levenshtein'

/** What a line such as `Modules: a, b` can be about. */
export type LabelKey =
  | 'tasks'
  | 'modules'
  | 'testCommand'
  | 'criteria'
  | 'gotchas'
  | 'files'
  | 'dependsOn'
  | 'owns'
  | 'allowTodo'
  | 'setupCommand'
  | 'timeout'
  | 'agent'

interface LabelRule {
  readonly name: string
  readonly aliases: readonly string[]
  /** Everything below it belongs to it, even when it has a text of its own. */
  readonly isList: boolean
}

/** Every label of a phase, with the other spellings that are accepted. */
export const LABELS: Readonly<Record<LabelKey, LabelRule>> = {
  tasks: {name: 'Tasks', aliases: ['task'], isList: true},
  modules: {name: 'Modules', aliases: ['module'], isList: false},
  testCommand: {name: 'Test Command', aliases: ['test commands'], isList: false},
  criteria: {
    name: 'Success Criteria',
    aliases: ['success criterion', 'criteria', 'criterion', 'acceptance criteria', 'acceptance criterion'],
    isList: true,
  },
  gotchas: {name: 'Gotchas', aliases: ['gotcha'], isList: true},
  files: {name: 'Files', aliases: ['file'], isList: false},
  dependsOn: {name: 'Depends On', aliases: ['depends'], isList: false},
  owns: {name: 'Owns', aliases: ['own'], isList: false},
  allowTodo: {name: 'Allow TODO', aliases: ['allow todos'], isList: false},
  setupCommand: {name: 'Setup Command', aliases: ['setup commands'], isList: false},
  timeout: {name: 'Timeout', aliases: ['timeouts', 'time limit'], isList: false},
  agent: {name: 'Agent', aliases: ['agents'], isList: false},
}

/** Words that are no misspelling, and yet stand for one of our labels. */
const OTHER_WORDS: Readonly<Record<string, LabelKey>> = {
  test: 'testCommand',
  tests: 'testCommand',
  testing: 'testCommand',
  verification: 'testCommand',
  verify: 'testCommand',
  dependencies: 'dependsOn',
  requires: 'dependsOn',
  setup: 'setupCommand',
  pitfalls: 'gotchas',
  caveats: 'gotchas',
  'definition of done': 'criteria',
}

// `Object.entries` forgets the type of the keys, which is the type of `LABELS`.
const RULES = Object.entries(LABELS) as ReadonlyArray<readonly [LabelKey, LabelRule]>

const KEYS: ReadonlyMap<string, LabelKey> = new Map(
  RULES.flatMap(([key, {name, aliases}]) => [name.toLowerCase(), ...aliases].map((spelling) => [spelling, key] as const)),
)

/** Words of prose that often stand before a colon, and are left alone. */
const PROSE = new Set(
  (
    'note notes goal goals objective objectives description context background overview summary warning important example ' +
    'examples tip hint why see rationale scope deliverables deliverable details info caution outcome approach'
  ).split(' '),
)

/** The label that is spelled so; letter case and the number of blanks do not matter. */
export function findLabel(name: string): LabelKey | undefined {
  return KEYS.get(normalise(name))
}

/** The label that was probably meant by a name that is none. */
export function findSimilarLabel(name: string): {readonly label: string; readonly isTypo: boolean} | undefined {
  const wanted = normalise(name)
  const other = OTHER_WORDS[wanted]
  if (other !== undefined) return {label: LABELS[other].name, isTypo: false}
  const allowed = wanted.length > 6 ? 2 : 1
  const match = wanted.length < 4 ? undefined : [...KEYS].find(([spelling]) => distance(spelling, wanted) <= allowed)
  return match && {label: LABELS[match[1]].name, isTypo: true}
}

/** True for a name that is plain prose before a colon: `Note`, `See also`. */
export function isProse(name: string): boolean {
  return PROSE.has(normalise(name).split(' ')[0] ?? '')
}

function normalise(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .split(/[\s_-]+/)
    .join(' ')
}
