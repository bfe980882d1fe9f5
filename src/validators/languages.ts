/** Endings of the languages that criteria name. */
export const LANGUAGES: Readonly<Record<string, readonly string[]>> = {
  Python: ['.py', '.pyi'],
  Go: ['.go'],
  JavaScript: ['.js', '.mjs', '.cjs', '.jsx'],
  TypeScript: ['.ts', '.mts', '.cts', '.tsx'],
  Java: ['.java'],
  Kotlin: ['.kt', '.kts'],
  Rust: ['.rs'],
  Ruby: ['.rb'],
  PHP: ['.php'],
  Swift: ['.swift'],
  Protobuf: ['.proto'],
  SQL: ['.sql'],
  Markdown: ['.md'],
  HTML: ['.html'],
  CSS: ['.css', '.scss', '.sass', '.less'],
}
