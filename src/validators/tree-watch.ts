import {findingFor, type Suspect} from './blame.ts'
import {printTree, type KnownContent} from './tree-print.ts'
import type {Finding, Verdict} from './validator.ts'

/** Sees to it that validators change no tracked file, and says who did. They are asked one after the other. */
export interface TreeWatch {
  /** From now on it is this validator that is asked. */
  begin(name: string): void
  /** Looks at the tree now, so that what the next one to write does is not taken for the validator's doing. */
  look(): Promise<void>
  /** Takes the tree as it is: a suite of the project may write its own tracked files, snapshots for example. */
  forgive(): Promise<void>
  /** The validator's answer, a `fail` when the tree was changed. The tree is looked at once more after the last one. */
  judge(verdict: Verdict, isLast: boolean): Promise<Verdict>
}

export interface WatchedTree {
  readonly cwd: string
  /** Tracked files, relative to `cwd`. */
  readonly files: readonly string[]
  /** What is in a file that nobody changed since it was checked out. */
  blobOf?(file: string): KnownContent | undefined
}

/** To look at so many files takes longer than most validators do: then one look is for all of them. */
const MANY_FILES = 1000

export async function watchTree({cwd, files, blobOf}: WatchedTree): Promise<TreeWatch> {
  const print = await printTree(cwd, files, blobOf)
  let suspects: readonly Suspect[] = []
  let findings: readonly Finding[] = []
  const look = async () => {
    const all = suspects.map(({name, from, to = Date.now()}) => ({name, from, to}))
    const changes = await print.changes()
    if (changes.length > 0) findings = [...findings, findingFor(all, changes)]
    suspects = all.slice(-1).map(({name}) => ({name, from: Date.now()}))
  }
  // Most that skip did nothing at all.
  const isWorthALook = ({status}: Verdict) => status !== 'skip' && files.length <= MANY_FILES
  return {
    begin(name) {
      suspects = [...suspects, {name, from: Date.now()}]
    },
    look,
    async forgive() {
      await print.changes()
    },
    async judge(verdict, isLast) {
      suspects = suspects.map(({name, from, to = Date.now()}) => ({name, from, to}))
      if (isLast || isWorthALook(verdict)) {
        await look()
        suspects = []
      }
      const found = findings
      findings = []
      return found.length === 0 ? verdict : {...verdict, status: 'fail', findings: [...verdict.findings, ...found]}
    },
  }
}
