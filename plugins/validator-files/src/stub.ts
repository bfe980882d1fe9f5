/** Files that mean something by being there. */
const EMPTY_BY_NATURE = /(?:^|\/)(?:__init__\.py|py\.typed|\.gitkeep|\.keep|\.nojekyll)$/
const COMMENTS: readonly (readonly [RegExp, RegExp])[] = [
  [/\.(?:[cm]?[jt]sx?|java|kt|go|rs|c|cc|cpp|h|hpp|cs|swift|scala|dart|php|proto|s?css|less)$/, /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm],
  [/\.(?:py|rb|sh|bash|ya?ml|toml|ex|exs|pl|r|tf)$/, /^\s*#.*$/gm],
  [/\.(?:sql|lua|hs)$/, /^\s*--.*$/gm],
  [/\.(?:html?|xml|vue|svelte)$/, /<!--[\s\S]*?-->/g],
]

/** Nothing but white space and comments. `text` is `undefined` for a file that is no text, or too large to be a stub. */
export function isStub(file: string, text: string | undefined): boolean {
  if (text === undefined || EMPTY_BY_NATURE.test(file)) return false
  const comment = COMMENTS.find(([files]) => files.test(file))?.[1]
  return (comment ? text.replaceAll(comment, '') : text).trim() === ''
}
