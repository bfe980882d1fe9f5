/** What a command takes, as oclif's manifest has it. */
export interface CommandShape {
  /** `checkpoint:list`. */
  readonly id: string
  readonly summary: string
  readonly flags: readonly FlagShape[]
  /** Names of its arguments, in order. */
  readonly args: readonly string[]
}

export interface FlagShape {
  readonly name: string
  readonly char?: string
  readonly summary: string
  /** Followed by a value. */
  readonly takesValue: boolean
  readonly options: readonly string[]
}

/** One word that could stand at the cursor. */
export interface Candidate {
  readonly word: string
  readonly about: string
}

/** `candidates` fit already; of `value`, whatever exists of it would do: `task`, `checkpoint`, `phase`, `module`. */
export interface Completion {
  readonly candidates: readonly Candidate[]
  readonly value?: string
  /** What is typed of the word, and what stands before it in the same word of the shell: `--task=`. */
  readonly typed: string
  readonly before: string
  /** The value of `--task`, where it is typed. */
  readonly task?: string
}

const HELP: FlagShape = {name: 'help', summary: 'Show help.', takesValue: false, options: []}

/**
 * What could stand at the cursor.
 *
 * @param words what is typed behind `conduct`; the last one is the one at the cursor, perhaps empty
 */
export function completeWords(words: readonly string[], commands: readonly CommandShape[]): Completion {
  const {line, typed, before} = splitAtCursor(words)
  const {command, rest, topic} = findCommand(line, commands)
  const flags = [...(command?.flags ?? []), HELP]
  const base = {typed, before, ...taskOf(line)}
  const flag = valueFlag(line.at(-1), flags)
  if (flag) return {...base, candidates: matching(toCandidates(flag.options), typed), value: flag.name}
  if (typed.startsWith('-')) return {...base, candidates: matching(toFlags(flags, line), typed)}
  const arg = command?.args[countArguments(rest, flags)]
  return {...base, candidates: matching(nextWords(topic, rest, commands), typed), ...(arg === undefined ? {} : {value: arg})}
}

/** Shells differ: `--task=k3` is one word, or three. */
function splitAtCursor(words: readonly string[]): {readonly line: readonly string[]; readonly typed: string; readonly before: string} {
  const last = unquote(words.at(-1) ?? '')
  const line = words.slice(0, -1).map(unquote)
  if (last === '=') return {line, typed: '', before: ''}
  if (line.at(-1) === '=') return {line: line.slice(0, -1), typed: last, before: ''}
  const [, name = '', value = ''] = /^(--[\w-]+)=(.*)$/s.exec(last) ?? []
  return name === '' ? {line, typed: last, before: ''} : {line: [...line, name], typed: value, before: `${name}=`}
}

/** As far as the words are names of commands. */
function findCommand(line: readonly string[], commands: readonly CommandShape[]) {
  for (let count = line.length; count > 0; count--) {
    const topic = line.slice(0, count).join(':')
    const command = commands.find(({id}) => id === topic)
    if (command || commands.some(({id}) => id.startsWith(`${topic}:`))) return {command, rest: line.slice(count), topic: `${topic}:`}
  }
  return {command: undefined, rest: line, topic: ''}
}

/** The names that may follow: `list` after `checkpoint`. */
function nextWords(topic: string, rest: readonly string[], commands: readonly CommandShape[]): readonly Candidate[] {
  if (rest.length > 0) return []
  const names = new Map<string, string>()
  for (const {id, summary} of commands.filter((command) => command.id.startsWith(topic))) {
    const [name = '', ...deeper] = id.slice(topic.length).split(':')
    if (deeper.length === 0 || !names.has(name)) names.set(name, deeper.length === 0 ? summary : '')
  }
  return [...names].map(([word, about]) => ({word, about}))
}

function valueFlag(word: string | undefined, flags: readonly FlagShape[]): FlagShape | undefined {
  return flags.find(({name, char, takesValue}) => takesValue && (word === `--${name}` || (char !== undefined && word === `-${char}`)))
}

function countArguments(rest: readonly string[], flags: readonly FlagShape[]): number {
  return rest.filter((word, index) => !word.startsWith('-') && !valueFlag(rest[index - 1], flags)).length
}

function toFlags(flags: readonly FlagShape[], line: readonly string[]): readonly Candidate[] {
  return flags.filter(({name}) => !line.includes(`--${name}`)).map(({name, summary}) => ({word: `--${name}`, about: summary}))
}

const toCandidates = (words: readonly string[]): readonly Candidate[] => words.map((word) => ({word, about: ''}))

export function matching(candidates: readonly Candidate[], typed: string): readonly Candidate[] {
  return candidates.filter(({word}) => word.startsWith(typed))
}

function taskOf(line: readonly string[]): {readonly task?: string} {
  const index = line.findIndex((word) => word === '--task' || word === '-t')
  const joined = line.find((word) => word.startsWith('--task='))?.slice('--task='.length)
  const task = joined ?? (index === -1 ? undefined : line[index + 1])
  return task ? {task} : {}
}

/** bash gives words as they are typed, quotes and backslashes too. */
function unquote(word: string): string {
  return word.replace(/^(["'])(.*?)\1?$/s, '$2').replaceAll(/\\(.)/g, '$1')
}
