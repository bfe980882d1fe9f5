/** How a family of languages writes comments and strings: all that the scanner knows of it. */
export interface Language {
  readonly lineComments: readonly string[]
  readonly blockComments: readonly (readonly [open: string, close: string])[]
  /** Delimiters, longer ones first. A string ends with its line unless it is listed in `multiline`. */
  readonly strings: readonly string[]
  readonly multiline: readonly string[]
  /** Strings that contain code: "`${…}`". */
  readonly templates: boolean
  /** `/…/` may be a pattern. */
  readonly regexps: boolean
  /** Block comments contain block comments. */
  readonly nested: boolean
  /** `# comment` needs white space before it: `$#`, `a#b` are none. */
  readonly spacedHash: boolean
  /** A string that is a statement documents what it stands in. */
  readonly docstrings: boolean
}

const PLAIN: Language = {
  lineComments: [],
  blockComments: [],
  strings: ['"', "'"],
  multiline: [],
  templates: false,
  regexps: false,
  nested: false,
  spacedHash: false,
  docstrings: false,
}
const C: Language = {...PLAIN, lineComments: ['//'], blockComments: [['/*', '*/']]}
const JAVASCRIPT: Language = {...C, strings: ['"', "'", '`'], multiline: ['`'], templates: true, regexps: true}
const GO: Language = {...C, strings: ['"', "'", '`'], multiline: ['`']}
// No single quote: it opens lifetimes (`'a`) more often than characters.
const RUST: Language = {...C, strings: ['"'], multiline: ['"'], nested: true}
const JVM: Language = {...C, strings: ['"""', '"', "'"], multiline: ['"""']}
const PYTHON: Language = {
  ...PLAIN,
  lineComments: ['#'],
  strings: ['"""', "'''", '"', "'"],
  multiline: ['"""', "'''"],
  docstrings: true,
}
const HASH: Language = {...PLAIN, lineComments: ['#'], spacedHash: true}
const SHELL: Language = {...HASH, multiline: ['"', "'"]}
const RUBY: Language = {...HASH, blockComments: [['=begin', '=end']]}
const PHP: Language = {...C, lineComments: ['//', '#'], multiline: ['"', "'"], spacedHash: true}
const SQL: Language = {...PLAIN, lineComments: ['--'], blockComments: [['/*', '*/']], multiline: ["'"]}
const LUA: Language = {...PLAIN, lineComments: ['--'], blockComments: [['--[[', ']]']]}
const HASKELL: Language = {...PLAIN, lineComments: ['--'], blockComments: [['{-', '-}']], strings: ['"'], nested: true}
const CSS: Language = {...PLAIN, blockComments: [['/*', '*/']]}
// Text between tags has apostrophes; its scripts have comments of their own.
const MARKUP: Language = {
  ...PLAIN,
  blockComments: [
    ['<!--', '-->'],
    ['/*', '*/'],
  ],
  strings: [],
}

const FAMILIES: readonly (readonly [language: Language, extensions: string])[] = [
  [JAVASCRIPT, 'js mjs cjs jsx ts mts cts tsx'],
  [PYTHON, 'py pyi'],
  [GO, 'go'],
  [RUST, 'rs'],
  [JVM, 'java kt kts scala groovy gradle swift dart'],
  [C, 'c h cc cpp cxx hpp hh cs m mm proto zig scss less'],
  [SHELL, 'sh bash zsh'],
  [HASH, 'yml yaml toml tf ex exs pl pm r jl nim'],
  [RUBY, 'rb rake'],
  [PHP, 'php'],
  [SQL, 'sql'],
  [LUA, 'lua'],
  [HASKELL, 'hs elm'],
  [CSS, 'css'],
  [MARKUP, 'html htm xml vue svelte'],
]

const BY_EXTENSION = new Map(FAMILIES.flatMap(([language, extensions]) => extensions.split(' ').map((extension) => [extension, language])))
const BY_NAME = new Map([
  ['Makefile', HASH],
  ['Dockerfile', HASH],
  ['Justfile', HASH],
  ['Rakefile', RUBY],
  ['Gemfile', RUBY],
])

/** `undefined` for prose, data, and what we do not know. */
export function languageOf(file: string): Language | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1)
  return BY_NAME.get(name) ?? BY_EXTENSION.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase())
}
