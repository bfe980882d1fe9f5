import type {Change, Comparison} from './comparison.ts'
import {similarity, tokensOf} from './tokens.ts'

/** What the work took away of the code itself. */
export interface Vanished {
  /** Functions and classes that no changed file has any more. */
  readonly names: ReadonlySet<string>
  /** Names of files, without folder and ending. */
  readonly modules: readonly string[]
}

/** Code that is gone; what was only renamed or moved is not. */
export function vanishedNames({changes}: Comparison): Vanished {
  const code = changes.filter(({base, head}) => !(base ?? head)?.isTest)
  const [before, now] = [definitions(code, 'base'), definitions(code, 'head')]
  const fresh = [...now].filter(([name]) => !before.has(name)).map(([, words]) => words)
  const gone = [...before].filter(([name, words]) => !now.has(name) && !fresh.some((each) => similarity(each, words) > 0.8))
  const present = new Set(changes.filter(({head}) => head !== undefined).map(({file}) => moduleOf(file)))
  const removed = code.filter(({isRemoved, base}) => isRemoved && base?.source?.tree !== undefined)
  const isKept = ({base}: Change) => base?.source?.functions.some(({name}) => now.has(name)) ?? false
  return {
    names: new Set(gone.map(([name]) => name)),
    modules: removed
      .filter((change) => !isKept(change))
      .map(({file}) => moduleOf(file))
      .filter((module) => !present.has(module)),
  }
}

const moduleOf = (file: string) => (file.split('/').at(-1) ?? file).replace(/\.\w+$/, '')

function definitions(changes: readonly Change[], side: 'base' | 'head'): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const change of changes) {
    const source = change[side]?.source
    for (const each of source?.functions ?? []) {
      // `{name: () => …}` uses the name, and defines nothing.
      if (each.name.length < 2 || each.body === undefined || source === undefined || each.node.parent?.name === 'Property') continue
      const words = tokensOf(source, each.body).map(({text}) => text)
      found.set(each.name, words)
      if (each.owner && each.owner.name !== '') found.set(each.owner.name, [...(found.get(each.owner.name) ?? []), ...words])
    }
  }
  return found
}
