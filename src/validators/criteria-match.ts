import type {Criterion} from '../spec/spec.ts'
import {LANGUAGES} from './languages.ts'

/** How a criterion can be settled, recognised from its words alone. */
export type CriterionCheck =
  | {readonly kind: 'command'; readonly command: string; readonly expect: ExpectedExit}
  | {readonly kind: 'server'; readonly port: number; readonly command?: string}
  /** `languages`: each in one of the folders at least, and what else is in them does not count. */
  | {readonly kind: 'files'; readonly patterns: readonly string[]; readonly present: boolean; readonly languages?: readonly string[]}
  /** The phase's own test command; `atLeast` when the sentence says how many tests. */
  | {readonly kind: 'tests'; readonly atLeast: number}
  | {readonly kind: 'none'}

export type ExpectedExit = number | 'not zero'

/**
 * Recognises what a criterion asks for. Only sentences that are understood whole: a check that proves half of
 * a sentence ("`a.js` exists and exports `b`") must not call it met.
 */
export function matchCriterion(criterion: Criterion): CriterionCheck {
  for (const recognise of [matchServer, matchCheck, matchTests, matchFiles, matchCommand]) {
    const check = recognise(criterion)
    if (check) return check
  }
  return {kind: 'none'}
}

/** No check can settle it, or only one that may find nothing to count. */
export function mayStayOpen(criterion: Criterion): boolean {
  const check = matchCriterion(criterion)
  return check.kind === 'none' || check.kind === 'tests' || (check.kind === 'server' && check.command === undefined)
}

/** "gRPC server starts on port 50051"; the start command is a code span or the `check:` item. */
function matchServer({text, code, check}: Criterion): CriterionCheck | undefined {
  const match = /\b(?:starts?|listens?|runs?|is (?:running|listening|available|reachable)|comes? up)\b[^.]*?\bport (\d{1,5})\b(.*)$/i.exec(
    text,
  )
  const port = Number(match?.[1])
  if (!match || port < 1 || port > 65_535 || /\w/.test(match[2] ?? '')) return undefined
  const command = check ?? code.find((span) => isCommand(span))
  return {kind: 'server', port, ...(command === undefined ? {} : {command})}
}

function matchCheck({check}: Criterion): CriterionCheck | undefined {
  return check === undefined ? undefined : {kind: 'command', command: check, expect: 0}
}

const TESTS_PASS =
  /^(?:(?:all|the|every) )*(?:(\d+) )?(?:(?:of )?the )?(?:(?:unit|integration|e2e|end-to-end|acceptance|regression|automated|existing|new|and|phase) )*tests?(?: suites?| cases?)? (?:all )?(?:pass(?:es|ing)?|succeeds?|(?:is|are) (?:all )?(?:green|passing))$/i

function matchTests({text}: Criterion): CriterionCheck | undefined {
  const match = TESTS_PASS.exec(bare(text))
  return match ? {kind: 'tests', atLeast: Number(match[1] ?? 1)} : undefined
}

const EXISTS =
  /\b(?:exists?|(?:is|are|was|were|has been|have been|gets?) (?:created|present|generated|added|written|there|in place|available|committed)|present|generated|created)\b/i
const GONE =
  /\b(?:(?:does|do) not exist|(?:doesn't|don't) exist|no longer exists?|(?:is|are|has been|have been) (?:removed|deleted|gone|absent))\b/i
const IMPERATIVE = /^(?:create|add|generate|write|there (?:is|are))\b/i
/** What may stand beside the paths without saying more than that they are there. */
const FILLER =
  /^(?:a|an|the|and|or|both|all|files?|folders?|director(?:y|ies)|modules?|in|at|under|inside|into|below|of|already|now|successfully|too)$/i
/** A sentence with one of these says more than that something is there. */
const CLAIM =
  /^(?:with|without|that|which|when|if|not|no|must|should|contains?|exports?|returns?|handles?|implements?|passes|pass|works?|compiles?|covers?|documents?|describes?|imports?|uses?|valid|empty|only|after|before|until|for|from|by)$/i

/** "`src/a.js` exists", "proto/*.proto files exist", "Python and Go stubs generated in backend/ and grpc-service/". */
function matchFiles({text, code}: Criterion): CriterionCheck | undefined {
  const sentence = bare(text)
  const gone = GONE.exec(sentence)
  const verb = gone ?? EXISTS.exec(sentence) ?? IMPERATIVE.exec(sentence)
  if (!verb) return undefined
  const head = tokens(sentence.slice(0, verb.index))
  const tail = tokens(sentence.slice(verb.index + verb[0].length))
  const isPath = (token: string) => looksLikePath(token, code.includes(token))
  const patterns = [...head, ...tail].filter(isPath)
  const saysMore = head.some((token) => !isPath(token) && CLAIM.test(token)) || tail.some((token) => !isPath(token) && !FILLER.test(token))
  if (patterns.length === 0 || saysMore) return undefined
  const about = head.filter((token) => !isPath(token) && !FILLER.test(token))
  const check = {kind: 'files', patterns, present: gone === null} as const
  return patterns.some((pattern) => isFolder(pattern)) ? matchFolders(check, about) : check
}

/** `src/`, `src/components`; a name without an ending may be a file, too. */
const isFolder = (pattern: string) => !/[*?{]/.test(pattern) && !/\.[a-z0-9]+$/i.test(pattern)

/** What may be said to be in a folder without saying which file that is. */
const CONTENT = /^(?:code|sources?|stubs?|bindings?|clients?|servers?|scripts?|packages?|generated|new|existing)$/i
const LANGUAGE = new Map(Object.keys(LANGUAGES).map((language) => [language.toLowerCase(), language]))

/** A folder with anything in it does not prove that "the login page is created in src/". */
function matchFolders(check: Extract<CriterionCheck, {kind: 'files'}>, about: readonly string[]): CriterionCheck | undefined {
  const languages = about.flatMap((token) => LANGUAGE.get(token.toLowerCase()) ?? [])
  const isUnderstood = about.every((token) => LANGUAGE.has(token.toLowerCase()) || CONTENT.test(token))
  if (!isUnderstood) return undefined
  return languages.length === 0 ? check : {...check, languages}
}

const SUCCEEDS =
  /\b(?:exits? (?:with )?(?:(?:status|code|exit code) )*(\d+)|(?:succeeds?|passes|pass|works?|is green|compiles?|builds?|runs?|completes?|finishes)|(fails?))\b/i
const SUCCESS_TAIL = /^(?:successfully|cleanly|without (?:any )?(?:errors?|warnings?|problems?)|with no errors?)?$/i

/** "`npm run build` succeeds", "`node cli.js --bad` exits 2"; what a command prints is not looked at, so not promised. */
function matchCommand({text, code}: Criterion): CriterionCheck | undefined {
  const sentence = bare(text)
  const [command, ...others] = code.filter((span) => isCommand(span))
  if (command === undefined || others.length > 0 || isLongRunning(command)) return undefined
  const rest = sentence.slice(sentence.indexOf(command) + command.length)
  const match = SUCCEEDS.exec(rest)
  const before = sentence.slice(0, sentence.indexOf(command)) + (match ? rest.slice(0, match.index) : rest)
  const isWhole =
    match !== null &&
    /^(?:the|running|run|command|and|build|a|\s)*$/i.test(before) &&
    SUCCESS_TAIL.test(rest.slice(match.index + match[0].length).trim())
  if (!isWhole) return undefined
  return {kind: 'command', command, expect: match[2] === undefined ? Number(match[1] ?? 0) : 'not zero'}
}

const PROGRAMS = new Set(
  (
    'npm npx pnpm yarn bun bunx node deno tsc eslint prettier oxlint vitest jest mocha python python3 pip pytest ruff mypy black uv poetry tox ' +
    'go gofmt golangci-lint cargo rustc make cmake ctest just task bash sh test ls cat grep diff git docker curl java mvn gradle ./gradlew ' +
    'dotnet ruby bundle rake rspec php composer swift mix protoc buf terraform'
  ).split(' '),
)

/** A known program, or one of the project's own (`./run.sh`) — the words `GET /health` are a code span too. */
function isCommand(span: string): boolean {
  const [program = '', ...args] = span.trim().split(/\s+/)
  if (program.startsWith('./')) return args.length > 0 || /\.(?:sh|bash|js|mjs|py)$/.test(program)
  return PROGRAMS.has(program) && (args.length > 0 || program === 'make' || program === 'pytest')
}

function isLongRunning(command: string): boolean {
  return /\b(?:start|serve|dev|watch|--watch|preview|up)\b/.test(command)
}

const NO_FILES = new Set(
  'node.js vue.js next.js react.js express.js nuxt.js three.js d3.js e.g i.e asp.net and/or client/server i/o tcp/ip'.split(' '),
)
const KNOWN_FILES =
  /^(?:LICENSE|Makefile|Dockerfile|README|CHANGELOG|CONTRIBUTING|Procfile|Justfile|Rakefile|Gemfile|Jenkinsfile|\.[a-z][\w.-]+)$/
const ROOTS =
  /^(?:src|lib|app|test|tests|docs|doc|cmd|pkg|internal|bin|scripts|packages|plugins|proto|api|backend|frontend|server|client|examples|public)\/[\w.-]+/

/** In prose a word with a slash or a dot is a path only when little else is meant by such words. */
function looksLikePath(token: string, isCode: boolean): boolean {
  if (/\s|:\/\/|[(){}<>$|;&"'`]/.test(token.replaceAll(/\{[\w,.-]+\}/g, '')) || token.startsWith('-')) return false
  if (/^\/|^~|(?:^|\/)\.\.(?:\/|$)/.test(token)) return false
  if (NO_FILES.has(token.toLowerCase()) && !isCode) return false
  if (KNOWN_FILES.test(token) || /\*/.test(token) || (token.endsWith('/') && /\w/.test(token))) return true
  if (/(?:^|[\w)}\]-])\.[a-z][a-z0-9]{0,7}$/i.test(token)) return true
  return token.includes('/') && (isCode || token.startsWith('./') || ROOTS.test(token))
}

function tokens(text: string): readonly string[] {
  return text
    .split(/\s+|,(?=\s|$)/)
    .map((token) => token.replace(/^[("'`]+/, '').replace(/[)"'`:;,]+$/, ''))
    .filter((token) => token !== '')
}

/** Without what ends or opens a sentence. */
function bare(text: string): string {
  return text
    .trim()
    .replace(/^\[[ x]\]\s*/i, '')
    .replace(/[.!]+$/, '')
    .trim()
}
