import picomatch from 'picomatch'
import type {Module} from './spec.ts'

/** A glob that a module owns. */
export interface OwnedGlob {
  readonly module: string
  readonly glob: string
  /** The part before the first wildcard, with a slash at its end; `''` for one that can match anywhere. */
  readonly start: string
}

/**
 * Pairs of globs of two modules that may match the same file: those whose literal starts lead into one another.
 * Each glob is in at most one pair as its second.
 */
export function findOverlaps(modules: readonly Module[]): ReadonlyArray<readonly [OwnedGlob, OwnedGlob]> {
  const overlaps: Array<readonly [OwnedGlob, OwnedGlob]> = []
  // In this order a start stands right before everything that it leads to.
  const around: OwnedGlob[] = []
  for (const owned of listGlobs(modules)) {
    while (around.length > 0 && !owned.start.startsWith(around.at(-1)?.start ?? '')) around.pop()
    const other = around.findLast(({module}) => module !== owned.module)
    if (other) overlaps.push([other, owned])
    around.push(owned)
  }
  return overlaps
}

function listGlobs(modules: readonly Module[]): readonly OwnedGlob[] {
  const distinct = modules.flatMap(({name, owns}) => {
    const byStart = new Map(owns.map((glob) => [literalStart(glob), glob]))
    return [...byStart].map(([start, glob]) => ({module: name, glob, start}))
  })
  return distinct.sort((one, other) => (one.start < other.start ? -1 : Number(one.start > other.start)))
}

/** `src/a` does not reach into `src/ab`, hence the slash. */
function literalStart(glob: string): string {
  const {base} = picomatch.scan(glob)
  if (base === '' || base === '.') return ''
  return base.endsWith('/') ? base : `${base}/`
}
