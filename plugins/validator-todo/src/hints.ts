const HINTS = new RegExp(
  [
    String.raw`todo|fixme|hack|xxx|implement|placeholder|stub|dummy|mock|fake|hard-?coded|temporary|temp\b|for now|pretend|simulat|exercise`,
    String.raw`coming soon|\bin an? (?:real|actual|full|complete|proper)|\bin (?:a )?production|\bto be (?:done|completed|written|filled)`,
    String.raw`\bnot (?:yet \w|\w+ (?:yet|so far)\b)|\bcome back\b|\b(?:follow|come|added|available|supported|written|done|there|ready) (?:soon|later|in (?:an?|the|our))\b`,
    String.raw`\bWIP\b|work in progress|under construction|stay tuned|to be continued|yet to (?:be|come)|\bin (?:an?|the|our) (?:later|next|future|upcoming)\b`,
    String.raw`\b(?:planned|part|left|lands?|arrives?|comes?|coming|due|scheduled|follows) (?:of|in|for|with) (?:(?:an?|the|our) (?:later|next|future|upcoming)|later|v?\d|version|phase|release|milestone|sprint|step)`,
    // A function that only returns, or fails without a word.
    String.raw`^[ \t}]*(?=[^\s}])(?!(?:if|else|for|while|switch|catch|case|select|elif|except)\b)[^\n]*(?:\)[^\n{]*|=>\s*)\{\s*(?:;|debugger|(?:if\b[^\n]*\s)?return\b\s*;?\s*\})`,
    String.raw`\bdef [^\n]*:\s*(?:if\b[^\n]*\s)?return[ \t]*$|=>\s*(?:undefined|void[ \t]+\w+)[ \t]*;?[ \t]*$|unreachable|never called|not reached|should not happen`,
    String.raw`\b(?:throw|raise)[^\n]{0,20}\b(?:Error|Exception)\((?:["']{2})?\)|\bpanic\([\"'\u0060]{2}\)|\braise (?:Exception|RuntimeError)[ \t]*$`,
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
