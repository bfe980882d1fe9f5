/** The one door through which secrets do not pass: logs, transcripts, events, verdicts, reports and prompts. */
export interface Redactor {
  /** A text that is complete in itself. */
  redact(text: string): string
  /** A text that comes in pieces, so that a secret may be split between two of them. */
  stream(): RedactedStream
}

export interface RedactedStream {
  /** What can be shown so far: whole lines, unless one is very long. The rest is kept back. */
  push(chunk: string): string
  /** What was kept back. */
  end(): string
}

type Environment = Readonly<Record<string, string | undefined>>

const MASK = '[secret]'
const SECRET_NAME = /TOKEN|SECRET|PASSW(?:OR)?D|PASSPHRASE|CREDENTIAL|API_?KEY|PRIVATE|(?:^|_)KEYS?(?:_|$)|KEY$/i
/** Such a variable says where a secret is, not what it is. */
const PLACE_NAME = /_(?:FILE|PATH|DIR|SOCK|URL)$/i
const URL_PASSWORD = /^[a-z][a-z\d+.-]{0,20}:\/\/[^\s/:@]{0,128}:([^\s/@]{1,256})@/i
const MIN_SECRET_LENGTH = 8
/** Shorter ones are masked when they look like no word and no number. */
const MIN_MIXED_LENGTH = 6
/** Values that people give such variables where nothing is secret: in every text. */
const COMMON_VALUES = new Set(
  'anything changeme development disabled localhost password passw0rd postgres production required something testtest undefined'.split(' '),
)
/** A line of a longer secret, a key for instance, as programs print it: indented. */
const MIN_LINE_LENGTH = 16
/** Longer than any pattern below can match, and short enough to search again with each chunk. */
const MAX_HELD = 20_000

/**
 * A group is what stands before the secret and stays. Every repetition has an upper bound: an agent prints what it
 * likes, and a search must not run away.
 */
const KNOWN_SHAPES = [
  // `-----BEGIN … PRIVATE KEY-----`, also one whose end has not come yet.
  String.raw`-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,16000}?(?:-----END [A-Z ]{0,60}-----|$)`,
  // OpenAI, Anthropic, and others that took over the form.
  String.raw`\bsk-(?=[\w-]{0,200}\d)[\w-]{20,512}`,
  // GitHub, GitLab
  String.raw`\bgh[pousr]_[A-Za-z0-9]{20,255}`,
  String.raw`\bgithub_pat_\w{20,255}`,
  String.raw`\bgl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat)-[\w-]{20,255}`,
  // Registries: npm, PyPI, Docker
  String.raw`\bnpm_[A-Za-z0-9]{36}\b`,
  String.raw`\bpypi-A[\w-]{32,512}`,
  String.raw`\bdckr_pat_[\w-]{20,255}`,
  // Google, AWS
  String.raw`\bAIza[\w-]{35}`,
  String.raw`\bya29\.[\w-]{20,1024}`,
  String.raw`\bGOCSPX-[\w-]{20,255}`,
  String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`,
  // Slack, Stripe, SendGrid, Hugging Face
  String.raw`\bxox[abeoprs]-[\w-]{10,512}`,
  String.raw`(\bhooks\.slack\.com\/services\/)[\w/]{20,128}`,
  String.raw`\b(?:[srp]k_(?:live|test)_|whsec_)[A-Za-z0-9]{16,255}`,
  String.raw`\bSG\.[\w-]{16,64}\.[\w-]{16,128}`,
  String.raw`\bhf_[A-Za-z0-9]{30,255}`,
  // JSON Web Tokens
  String.raw`\beyJ[\w-]{8,2000}\.[\w-]{8,8000}\.[\w-]{8,2000}`,
  // `Authorization: Bearer …`, as a header, as JSON, as an option; and `X-Api-Key: …`
  String.raw`(\b[Aa]uthorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:[A-Za-z]{3,12}[ \t]{1,4})?)[^\s"',;]{6,4096}`,
  String.raw`(\b[Bb]earer[ \t])(?=[\w.~+/=-]{0,200}\d)[\w.~+/=-]{16,4096}`,
  String.raw`(\b[Xx]-[Aa]pi-[Kk]ey["']?[ \t]{0,4}[:=][ \t]{0,4}["']?)[^\s"',;]{8,512}`,
  // A line of `.env`, or of what `env` prints.
  String.raw`(\b[A-Z][A-Z\d_]{0,64}(?:_KEY|TOKEN|SECRET|PASSWORD)=["']?)(?=[^\s"']{0,200}\d)[^\s"']{8,512}`,
  // `scheme://user:password@host`, `scheme://token@host`
  String.raw`(:\/\/[^\s/:@]{0,128}:)[^\s/@]{3,256}(?=@)`,
  String.raw`(:\/\/)[\w.~%-]{20,256}(?=@)`,
]

/**
 * Masks the values of variables whose name looks secret (plain, URL-encoded and as JSON writes them), passwords of URLs
 * in the environment, and what has the shape of a known token or private key. Short values and common words stay.
 */
export function createRedactor(env: Environment): Redactor {
  const literals = secretForms(env)
  const pattern = new RegExp([...literals.map(escapeRegExp), ...KNOWN_SHAPES].join('|'), 'g')
  const redact = (text: string) => text.replace(pattern, maskMatch)
  const multiline = literals.filter((literal) => literal.includes('\n'))
  return {redact, stream: () => redactedStream(redact, (text) => safeCut(text, pattern, multiline))}
}

/** The same value, every string in it redacted; names of properties stay. */
export function redactStrings<Value>(value: Value, {redact}: Pick<Redactor, 'redact'>): Value {
  const mask = (_name: string, part: unknown) => (typeof part === 'string' ? redact(part) : part)
  // Strings become strings and nothing else changes: the type holds.
  return JSON.parse(JSON.stringify(value, mask)) as Value
}

function maskMatch(_match: string, ...parts: readonly unknown[]): string {
  // After the groups come the offset and the text; of the groups at most one has matched.
  const kept = parts.slice(0, -2).find((part) => typeof part === 'string')
  return `${typeof kept === 'string' ? kept : ''}${MASK}`
}

function secretForms(env: Environment): readonly string[] {
  const values = Object.entries(env).flatMap(([name, value = '']) => secretValues(name, value.trim()))
  const lines = values.flatMap((value) => (value.includes('\n') ? value.split('\n').map((line) => line.trim()) : []))
  const parts = [...values.filter(isTelling), ...lines.filter((line) => line.length >= MIN_LINE_LENGTH)]
  const forms = parts.flatMap((value) => [value, encodeUrl(value), JSON.stringify(value).slice(1, -1)])
  // Longest first: a secret that begins with another one is masked whole.
  return [...new Set(forms)].sort((a, b) => b.length - a.length)
}

function secretValues(name: string, value: string): readonly string[] {
  const [, password] = URL_PASSWORD.exec(value) ?? []
  const isSecret = SECRET_NAME.test(name) && !PLACE_NAME.test(name)
  return [...(isSecret ? [value] : []), ...(password === undefined ? [] : [password, decodeUrl(password)])]
}

/** `1`, `true`, `test` are in every text: masking them would hide the text, not the secret. */
function isTelling(value: string): boolean {
  if (COMMON_VALUES.has(value.toLowerCase())) return false
  const isMixed = /[^\d.]/.test(value) && /[^\p{L}]/u.test(value)
  return value.length >= (isMixed ? MIN_MIXED_LENGTH : MIN_SECRET_LENGTH)
}

function encodeUrl(value: string): string {
  // A lone surrogate cannot be encoded, and `encodeURIComponent` throws on it.
  return value.isWellFormed() ? encodeURIComponent(value) : value
}

function decodeUrl(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    // A lone `%`: nobody encoded it.
    return value
  }
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}

function redactedStream(redact: (text: string) => string, cutOf: (text: string) => number): RedactedStream {
  let held = ''
  return {
    push(chunk) {
      held += chunk
      const cut = cutOf(held)
      const shown = redact(held.slice(0, cut))
      held = held.slice(cut)
      return shown
    },
    end() {
      const shown = redact(held)
      held = ''
      return shown
    },
  }
}

/** Where `text` may be cut so that no secret is cut, however it goes on. */
function safeCut(text: string, pattern: RegExp, multiline: readonly string[]): number {
  const wanted = Math.min(text.lastIndexOf('\n') + 1, ...multiline.map((literal) => beginningOf(literal, text)))
  let cut = Math.max(wanted, text.length - MAX_HELD)
  for (const match of text.matchAll(pattern)) {
    // A match that ends where `text` ends may be a key block whose end has not come.
    if (match.index < cut && cut <= match.index + match[0].length) cut = match.index
  }
  return cut
}

/** Where `text` ends in the beginning of `literal`; its length when it does not. */
function beginningOf(literal: string, text: string): number {
  const first = Math.max(0, text.length - literal.length + 1)
  for (let index = first; index < text.length; index++) {
    if (text[index] === literal[0] && literal.startsWith(text.slice(index))) return index
  }
  return text.length
}
