import type {SyntaxNode, Tree} from '@lezer/common'

/** What a file is written in; `other` for those without a grammar, of which comments and strings are known, and nothing else. */
export type LanguageName = 'javascript' | 'typescript' | 'python' | 'go' | 'java' | 'rust' | 'cpp' | 'php' | 'other'

/** Offsets into the text, in UTF-16 units; `to` is behind the last one. */
export interface SourceRange {
  readonly from: number
  readonly to: number
}

/** A range, and the line it begins on (1-based). */
export interface SourcePlace extends SourceRange {
  readonly line: number
}

export interface SourceComment extends SourcePlace {
  /** With its delimiters. */
  readonly text: string
}

export interface SourceString extends SourcePlace {
  /** With its quotes. */
  readonly text: string
  /** A string that is a statement, in Python: documentation, not data. */
  readonly isDocstring: boolean
}

/** The class, interface, trait or `impl` that a function stands in directly. */
export interface SourceOwner {
  /** Empty for a class without a name. */
  readonly name: string
  /** Names of what it extends, implements or stands for, as written, without type arguments; `metaclass=ABCMeta` is one. */
  readonly bases: readonly string[]
  /** Its members have no bodies by design: an interface, a trait, a `Protocol`, an abstract class. */
  readonly isAbstract: boolean
  readonly node: SyntaxNode
}

export interface SourceFunction extends SourcePlace {
  /** As declared, or of the variable or property that it is the value of; empty when it has none. */
  readonly name: string
  readonly kind: 'function' | 'method' | 'constructor' | 'accessor' | 'arrow'
  readonly endLine: number
  /** With its braces; the expression of `() => x`; `undefined` for a declaration without a body. */
  readonly body: SourceRange | undefined
  /** Statements of the body, without comments and docstrings; the expression of `() => x`. */
  readonly statements: readonly SyntaxNode[]
  /** Declared without work to do: abstract, `@overload`, a member of an interface or `Protocol`, in a `.pyi` or `.d.ts`. */
  readonly isAbstract: boolean
  /** It is handed to a call: a callback. */
  readonly isArgument: boolean
  /** Without `@`, arguments included: `pytest.mark.skip(reason="x")`. */
  readonly decorators: readonly string[]
  readonly parameters: string
  readonly owner: SourceOwner | undefined
  readonly node: SyntaxNode
}

export interface SourceCall extends SourcePlace {
  /**
   * Names joined by dots, whatever joins them in the source; a call within is `()`, an index `[]`:
   * `expect().not.toBe`, `std.logic_error`. A Rust macro ends with `!`.
   */
  readonly callee: string
  readonly args: readonly SourceRange[]
  /** `new X()`. */
  readonly isNew: boolean
  readonly node: SyntaxNode
}

export interface SourceImport extends SourcePlace {
  /** What is imported from, as written: `./a.ts`, `a.b`, `..pkg`, `net/http`. Computed ones are left out. */
  readonly specifier: string
  /** Imported names as the other file has them; `default`, and `*` for all. Empty when it is imported as a whole or for its effect. */
  readonly names: readonly string[]
  readonly kind: 'static' | 'reexport' | 'dynamic' | 'require'
  /** Gone when the program runs: `import type`, `if TYPE_CHECKING`. */
  readonly isTypeOnly: boolean
  /** In a `try`: the program expects that it may not be there. */
  readonly isGuarded: boolean
  /** Python's leading dots: 0 for an absolute import. */
  readonly level: number
}

/** A source file, read once; lists are in the order of the text. */
export interface SourceTree {
  readonly file: string
  readonly text: string
  readonly language: LanguageName
  readonly comments: readonly SourceComment[]
  readonly strings: readonly SourceString[]
  readonly functions: readonly SourceFunction[]
  readonly calls: readonly SourceCall[]
  readonly imports: readonly SourceImport[]
  /** For whatever else is of interest; `undefined` where no grammar could read the file: then there are only comments and strings. */
  readonly tree: Tree | undefined
  textOf(range: SourceRange): string
  /** 1-based. */
  lineOf(offset: number): number
}
