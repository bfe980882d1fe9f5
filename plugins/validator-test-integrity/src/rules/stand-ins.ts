import {posix} from 'node:path'
import type {Finding} from 'conduct-cli/plugin'
import type {Change, Comparison} from '../comparison.ts'

/** A test that imports what it tests from a new file beside the tests, while the code is still where it was. */
export function findStandIns({changes, files}: Comparison): readonly Finding[] {
  const fresh = new Set(changes.filter(({base, isRemoved}) => base === undefined && !isRemoved).map(({file}) => file))
  return changes.filter(({head}) => head?.isTest).flatMap((change) => standInsOf(change, fresh, new Set(files)))
}

function standInsOf({file, base, head}: Change, fresh: ReadonlySet<string>, files: ReadonlySet<string>): readonly Finding[] {
  const before = namesByFile(file, base?.source?.imports ?? [])
  return (head?.source?.imports ?? []).flatMap(({specifier, names, line}) => {
    const target = resolve(file, specifier)
    if (!fresh.has(target) || !IN_TESTS.test(target)) return []
    const real = before.find((each) => files.has(each.file) && !IN_TESTS.test(each.file) && each.names.some((name) => names.includes(name)))
    if (real === undefined || isTested(real.file, file, head?.source?.imports ?? [])) return []
    const message = `The tests import \`${names.join(', ')}\` from \`${target}\`, a stand-in, instead of \`${real.file}\`. Test the code itself.`
    return [{message, file, line}]
  })
}

interface Import {
  readonly specifier: string
  readonly names: readonly string[]
}

const IN_TESTS = /(?:^|\/)(?:tests?|__tests__|specs?)\//

const resolve = (file: string, specifier: string) => (specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier)

const namesByFile = (file: string, imports: readonly Import[]) =>
  imports.map(({specifier, names}) => ({file: resolve(file, specifier), names}))

/** Something is still imported from it: then the new file is a helper. */
const isTested = (real: string, file: string, imports: readonly Import[]) =>
  imports.some(({specifier}) => resolve(file, specifier) === real)
