const HINTS = new RegExp(
  [
    String.raw`todo|fixme|hack|xxx|implement|placeholder|stub|dummy|mock|fake|hard-?coded|temporary|temp\b|for now|pretend|simulat|exercise`,
    String.raw`coming soon|\bin an? (?:real|actual|full|complete|proper)|\bin (?:a )?production|\bto be (?:done|completed|written|filled)`,
    String.raw`\bnot (?:yet \w|\w+ (?:yet|so far)\b)|\bcome back\b|\bto come\b|\bfollow\b|\bwill be\b|\bin (?:an?|the|our) (?:later|next|future|coming|upcoming)\b`,
    String.raw`\bWIP\b|in progress|construction|stay tuned|\b(?:lands?|arrives?|comes?|due|scheduled|planned|left) (?:in|for|with)\b`,
    // A function that only returns, or fails without a word.
    String.raw`\{\s*(?:;|debugger|(?:if\b[^\n]*\s)?return\b\s*;?\s*\})|:\s*return[ \t]*$|=>\s*(?:undefined|void)\b|unreachable|never called`,
    String.raw`\b(?:Error|Exception|panic)\((?:["']{2})?\)|\braise (?:Exception|RuntimeError)[ \t]*$`,
    // `_ = n`, `del path`, `void path`: arguments that are put away.
    String.raw`^[ \t]*(?:(?:let[ \t]+)?_(?:,[ \t]*_)*[ \t]*=[ \t]*\w+|del[ \t]+\w+|void[ \t]+\w+)(?:,[ \t]*\w+)*;?[ \t]*(?:(?:#|\/\/).*)?$`,
    String.raw`UnsupportedOperation|sinon|jest|\bvi\.|nock|proxyquire|testdouble|testify|gomock`,
    String.raw`(?:code|logic)[^\n]{0,20} here|(?:\/\/|#|\*)[ \t]*(?:\.\.\.|…)`,
    // `) {}`, `=> { // why }`, `pass`, `...` alone, and a docstring with nothing behind it.
    String.raw`\)[^;{}=\n]{0,120}\{\s*(?:\}|\/[/*])|=>\s*\{\s*(?:\}|\/[/*])|\bpass\b|(?:^|:)[ \t]*\.\.\.[ \t;]*(?:#.*)?$`,
    String.raw`(?:"""|''')[ \t]*(?:#.*)?\r?\n(?:\s*(?:$(?![\s\S])|@|(?:async )?def |class )|\n*\S)`,
  ].join('|'),
  'im',
)

/** Whether a file is worth parsing: most have none of the words, and no empty body. Errs on the side of `true`. */
export function mayHaveMarks(text: string): boolean {
  return HINTS.test(text)
}
