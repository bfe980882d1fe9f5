const WORK = 'implementation|code|logic|body|function|method|version|response|result|value|data|handler'
const PRETENDED = 'placeholder|stub(?:bed)?|dummy|mock(?:ed)?|fake|skeleton'

/** What gives unfinished work away in a comment, whatever the file is about. */
const ADMISSIONS: readonly RegExp[] = [
  new RegExp(String.raw`\b(?:${PRETENDED}|temporary|hard-?coded) (?:${WORK})s?\b.*\b(?:for now|until|later|replace|real|actual)\b`, 'i'),
  new RegExp(String.raw`\b(?:${PRETENDED}) implementation\b(?!.*\btest)`, 'i'),
  new RegExp(
    String.raw`\b(?:this|it|which) is (?:only |just |currently |still )*an? (?:${PRETENDED})\b(?! (?:image|text|shown|element|that|while|for the|token|character|node|object|server))`,
    'i',
  ),
  new RegExp(String.raw`\bjust an? (?:${PRETENDED})\b`, 'i'),
  /\bin an? (?:real|actual|full|complete|proper)(?:[- ]world)? (?:implementation|app(?:lication)?|system|version|scenario|code|project|service)\b/i,
  /\bin (?:a )?(?:real|production)\b[^.]*\b(?:(?:this|it|we|you) would|we'd|you'd)\b/i,
  /\bfor now,? (?:just |we |we'll |simply |only |always |it |this )*(?:returns?|do nothing|does nothing|pretends?|hard-?codes?d?|fakes?|mocks?|uses? (?:a |an )?(?:mock|dummy|fake|placeholder|hard-?coded))\b/i,
  /\b(?:returns?|returning|hard-?coded?|mock(?:ed)?|dummy|fake|placeholder|stub(?:bed)?)\b[^.]*\bfor now\b/i,
  /\b(?:simulat(?:e|es|ed|ing)|pretend(?:s|ing)?|fak(?:e|es|ing)) (?:the |an? )?(?:api|network|database|db|server|backend|http) (?:calls?|responses?|requests?|quer(?:y|ies)|delay)\b/i,
  /\b(?:code|logic|implementation) (?:goes|would go|will go|should go|belongs) here\b/i,
  /^\W*(?:(?:your|add(?: your)?|insert(?: your)?|put(?: your)?|write(?: your)?) (?:\w+ ){0,2}(?:code|logic|implementation)|implementation) here\W*$/i,
  /^\W*(?:\.\.\.|…)\s*(?:\(?the )?(?:rest of|existing|remaining|previous|same as)\b.*\b(?:code|implementation|functions?|methods?|before|above|file|logic|here)\b/i,
  /\bexercise (?:for|to) the reader\b/i,
  /^\W*(?:to be (?:done|completed|implemented|written|filled in)|implementation (?:pending|needed|missing)|needs implementation|coming soon)\W*$/i,
  /\b(?:will|to) be (?:implemented|completed|filled in|written) (?:later|soon|in (?:a|the) (?:later|next|future))\b/i,
  /^\W*implement (?:me|later|here|this)\b(?! (?:interface|protocol|trait|contract|method|class|in an? sub|as|on|to))/i,
]

const NOT_IMPLEMENTED = /\b(?:not (?:yet )?(?:been )?implemented|unimplemented)\b(?! (?:for|by|on|when|if|as|because|since)\b)/i
/** It tells of a case, an error or a status, not of this code. */
const TELLS_OF_OTHERS =
  /\b(?:if|when|whether|unless|where|which|that|501|raises?|raised|throws?|thrown|rejects?|status|codes?|errors?|exceptions?|subclass\w*|deliberate\w*|unnecessary|errno|by design|on purpose|intentional\w*)\b/i

/** Words by which a comment admits that the work is not done; none in words that speak of something else. */
export function admits(words: string): boolean {
  if (ADMISSIONS.some((pattern) => pattern.test(words))) return true
  return NOT_IMPLEMENTED.test(words) && !TELLS_OF_OTHERS.test(words)
}

/** `// stub` behind `return null` says enough; above a test double it is a heading. */
export function isBareWord(words: string): boolean {
  return /^\W*(?:placeholder|stub(?:bed)?|mock(?:ed)?|dummy|fake|hard-?coded|temporary|temp)(?: (?:value|data|return|result|response|only|for now))?\W*$/i.test(
    words,
  )
}

const THING = String.raw`(?:lists?|items?|apps?|application|entry|entries|cards?|rows?|objects?|models?|records?|resources?|routes?|store|title|text|id|ids)\b`
const MARK_AT_START = /^[^\p{L}\p{N}]*@?(?:TODO|FIXME|XXX|HACK)\b(?!-)/u

/**
 * Whether a comment has a mark such as TODO: at its beginning, or with a colon or a name in brackets behind it.
 *
 * @param isAboutTodos the code speaks of to-dos itself, so that its comments may do so too
 */
export function hasTag(words: string, isAboutTodos: boolean, isLineComment: boolean): boolean {
  if (/\b(?:FIXME|HACK)\b(?!-)/.test(words) && !isAboutTodos) return true
  if (/^[\s*/#]*@todo\b/i.test(words) && !isAboutTodos) return true
  if (MARK_AT_START.test(words)) return !(isAboutTodos && new RegExp(String.raw`^\W*TODO\s+${THING}`).test(words))
  if (isAboutTodos) return isLineComment && /^\W*(?:todo|fixme)\s*:/i.test(words)
  return /\bTODO\b(?!-)/.test(words) || /^\W*(?:todo|fixme)\s*[:(]/i.test(words) || /\bXXX\s*:/.test(words)
}

const SAYS_SO = /\b(?:not (?:yet )?(?:been )?implemented|unimplemented|implement me|to be implemented)\b/i
const TODO_TEXT = /^\W*(?:TODO|FIXME)\W*$|^\W*(?:TODO|FIXME)\b\s*(?::|\(|-|–|implement|write|add|finish|handle|fix|complete)/
/** A base class says to its heirs what is theirs to do; a `501` is an answer. */
const MEANT = /\bsubclass|\boverrid|\bderived class|\bby (?:the )?(?:concrete|child|implement)|\b501\b|\binit\(coder:\)/i

/** It speaks to heirs, or answers a client. */
export function isMeantSo(text: string): boolean {
  return MEANT.test(text)
}

/** A text in the program itself that says that the program is not there. */
export function textAdmits(text: string): boolean {
  return (SAYS_SO.test(text) || TODO_TEXT.test(text.replace(/^\w*["'`]+/, ''))) && !isMeantSo(text)
}

const LATER = String.raw`(?:soon|later|in (?:an?|the|our) (?:later|next|future|coming|upcoming) \w+)`
const PROMISES: readonly RegExp[] = [
  /\bcoming soon\b|\bcome back (?:later|soon|in)\b/i,
  new RegExp(String.raw`\b(?:will|to) (?:follow|come|be (?:added|available|supported|written|done|there|ready)) ${LATER}\b`, 'i'),
  /\b(?:planned for|part of|left for|in) (?:an?|the|our) (?:later|next|future|upcoming) (?:version|release|phase|milestone|iteration|step)\b/i,
  /\b(?:work in progress|WIP|under construction|to be continued|stay tuned)\b|\byet to (?:be \w+|come)\b|\bnot (?:there|done) yet\b/i,
  /\b(?:lands?|arrives?|comes?|coming|due|scheduled|planned|left|follows) (?:in|for|with) (?:v?\d|(?:version|phase|release|milestone|sprint|step) \d|later\b)/i,
  /\bnot yet (?:supported|available|ready|written|possible|finished)\b|\bnot (?:supported|available|ready|written|possible|finished) (?:yet|so far)\b/i,
]

/** A text that puts the work off. It may as well tell of a user's input, unless a function says nothing else. */
export function promisesLater(text: string): boolean {
  return PROMISES.some((pattern) => pattern.test(text)) && !isMeantSo(text)
}

const REASONS = String.raw`no-?op|intentional\w*|deliberate\w*|on purpose|by design|does nothing|nothing to|overrid\w+|subclass\w*|hook|called (?:when|if|once|after|before|by|just|at)`

/** A docstring by which a method is empty until somebody needs it. */
export function documentsEmptiness(docstring: string): boolean {
  return new RegExp(String.raw`\b(?:${REASONS})\b`, 'i').test(docstring)
}

/** A comment in an empty function that says why it is empty. */
export function explainsEmptiness(comment: string): boolean {
  return new RegExp(
    String.raw`\b(?:${REASONS}|nothing|needn't|no need|not? (?:needed|required|necessary|used|supported|applicable|relevant)|unused|ignored?|does(?:n't| not)|empty|optional|by default|swallow\w*|suppress\w*|silen\w+|required by|marker|satisf\w+)\b`,
    'i',
  ).test(comment)
}

/** Names of what does nothing, by profession. */
export function isNamedForNothing(name: string): boolean {
  return /(?:^|[_.$]|(?<=[a-z]))(?:no_?op|nop|null|do_?nothing|ignore|silent|quiet|dummy|fake|stub|mock|discard|empty|disabled|blackhole|void|identity|pass)(?![a-z])/i.test(
    name.replaceAll(/([a-z])([A-Z])/g, '$1_$2'),
  )
}
