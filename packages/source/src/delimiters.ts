/** How a family of languages writes comments and strings: enough to find them without a grammar. */
export interface Delimiters {
  readonly lineComments: readonly string[]
  readonly blockComments: readonly (readonly [open: string, close: string])[]
  /** Delimiters, longer ones first. A string ends with its line unless it is listed in `multiline`. */
  readonly strings: readonly string[]
  readonly multiline: readonly string[]
  /** Block comments contain block comments. */
  readonly nested: boolean
  /** A line comment needs white space before it: `$#`, `a#b` and `https://` are none. */
  readonly spaced: boolean
  /** `<<END` begins a text that ends with the line `END`. */
  readonly heredocs: boolean
}

const PLAIN: Delimiters = {
  lineComments: [],
  blockComments: [],
  strings: ['"', "'"],
  multiline: [],
  nested: false,
  spaced: false,
  heredocs: false,
}
const C: Delimiters = {...PLAIN, lineComments: ['//'], blockComments: [['/*', '*/']]}
const BACKTICKS: Delimiters = {...C, strings: ['"', "'", '`'], multiline: ['`']}
// No single quote: it opens lifetimes (`'a`) more often than characters.
const RUST: Delimiters = {...C, strings: ['"'], multiline: ['"'], nested: true}
const PHP: Delimiters = {...C, lineComments: ['//', '#'], multiline: ['"', "'"], spaced: true}
const JVM: Delimiters = {...C, strings: ['"""', '"', "'"], multiline: ['"""'], nested: true}
const HASH: Delimiters = {...PLAIN, lineComments: ['#'], spaced: true}
const PYTHON: Delimiters = {...PLAIN, lineComments: ['#'], strings: ['"""', "'''", '"', "'"], multiline: ['"""', "'''"]}
const SHELL: Delimiters = {...HASH, multiline: ['"', "'"], heredocs: true}
const RUBY: Delimiters = {...HASH, blockComments: [['=begin', '=end']], heredocs: true}
const ELIXIR: Delimiters = {...HASH, strings: ['"""', '"', "'"], multiline: ['"""']}
const TOML: Delimiters = {...HASH, strings: ['"""', "'''", '"', "'"], multiline: ['"""', "'''"]}
const TERRAFORM: Delimiters = {...HASH, lineComments: ['#', '//'], blockComments: [['/*', '*/']], strings: ['"'], heredocs: true}
const SQL: Delimiters = {...PLAIN, lineComments: ['--'], blockComments: [['/*', '*/']], multiline: ["'"]}
const LUA: Delimiters = {...PLAIN, lineComments: ['--'], blockComments: [['--[[', ']]']]}
const HASKELL: Delimiters = {...PLAIN, lineComments: ['--'], blockComments: [['{-', '-}']], strings: ['"'], nested: true}
const CSS: Delimiters = {...PLAIN, blockComments: [['/*', '*/']]}
// Text between tags has apostrophes.
const MARKUP: Delimiters = {
  ...PLAIN,
  blockComments: [
    ['<!--', '-->'],
    ['/*', '*/'],
  ],
  strings: [],
}
const COMPONENT: Delimiters = {...MARKUP, lineComments: ['//'], spaced: true}

const FAMILIES: readonly (readonly [delimiters: Delimiters, extensions: string])[] = [
  [BACKTICKS, 'js mjs cjs jsx ts mts cts tsx go'],
  [PYTHON, 'py pyi'],
  [RUST, 'rs'],
  [PHP, 'php'],
  [JVM, 'java kt kts scala groovy gradle swift dart cs'],
  [C, 'c h cc cpp cxx hpp hh hxx m mm proto zig scss less'],
  [SHELL, 'sh bash zsh'],
  [HASH, 'yml yaml pl pm r jl nim mk cmake'],
  [ELIXIR, 'ex exs'],
  [TOML, 'toml'],
  [TERRAFORM, 'tf hcl'],
  [RUBY, 'rb rake'],
  [SQL, 'sql'],
  [LUA, 'lua'],
  [HASKELL, 'hs elm'],
  [CSS, 'css'],
  [MARKUP, 'html htm xml'],
  [COMPONENT, 'vue svelte astro'],
]

const BY_EXTENSION = new Map(
  FAMILIES.flatMap(([delimiters, extensions]) => extensions.split(' ').map((extension) => [extension, delimiters] as const)),
)
const BY_NAME = new Map([
  ['Makefile', HASH],
  ['Dockerfile', HASH],
  ['Justfile', HASH],
  ['CMakeLists.txt', HASH],
  ['Rakefile', RUBY],
  ['Gemfile', RUBY],
])

/** By the last part of a file's path; `undefined` for prose, data, and what we do not know. */
export function delimitersOf(name: string): Delimiters | undefined {
  return BY_NAME.get(name) ?? BY_EXTENSION.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase())
}
