import type {SyntaxNode} from '@lezer/common'
import type {LRParser} from '@lezer/lr'
import type {LanguageName, SourceFunction, SourceImport, SourcePlace, SourceRange} from './source-tree.ts'

/** What a reader of one language is told about the file. */
export interface SourceFile {
  readonly file: string
  textOf(range: SourceRange): string
}

type Unplaced<Value> = Omit<Value, keyof SourcePlace | 'endLine' | 'node'>

export type FunctionParts = Unplaced<SourceFunction>
export type ImportParts = Unplaced<SourceImport>

/** How to read one language: its parser, and what its nodes mean. Readers get nodes of the listed names only. */
export interface Grammar {
  readonly language: LanguageName
  readonly parser: LRParser
  /** Makes a text of the same length that the parser reads better. */
  prepare?(text: string): string
  /** Names of nodes, separated by spaces. */
  readonly comments: string
  readonly strings: string
  readonly functions: string
  readonly calls: string
  readonly imports: string
  /** `undefined`: it is none after all. */
  readFunction(node: SyntaxNode, source: SourceFile): FunctionParts | undefined
  /** One statement may import from several places. */
  readImports(node: SyntaxNode, source: SourceFile): readonly ImportParts[]
}
