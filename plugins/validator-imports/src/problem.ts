import type {SourceImport, SourceTree} from '@conduct-cli/source'

/** Says what is wrong with an import, each thing in one sentence; nothing when it leads somewhere, or nobody can tell. */
export type CheckImport = (file: string, source: SourceTree, imported: SourceImport) => Promise<readonly string[]>
