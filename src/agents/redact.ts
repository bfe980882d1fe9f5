/** Masks secrets in everything that is kept of an attempt: the transcript, the outcome, what screens show. */
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

const MASK = '[secret]'
const SECRET_NAME = /TOKEN|SECRET|PASSW(?:OR)?D|PASSPHRASE|CREDENTIAL|API_?KEY|PRIVATE|(?:^|_)KEYS?(?:_|$)|KEY$/i
const MIN_SECRET_LENGTH = 8
/** Longer than any pattern below can match, and short enough to search again with each chunk. */
const MAX_HELD = 20_000

/** Every repetition has an upper bound: an agent prints what it likes, and a search must not run away. */
const KNOWN_SHAPES = [
  // `-----BEGIN … PRIVATE KEY-----`, also one whose end has not come yet.
  String.raw`-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,16000}?(?:-----END [A-Z ]{0,60}-----|$)`,
  String.raw`\bsk-(?=[\w-]{0,200}\d)[\w-]{20,512}`,
  String.raw`\bgh[pousr]_[A-Za-z0-9]{20,255}`,
  String.raw`\bgithub_pat_\w{20,255}`,
  String.raw`\bglpat-[\w-]{20,255}`,
  String.raw`\bnpm_[A-Za-z0-9]{36}\b`,
  String.raw`\bAIza[\w-]{35}`,
  String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`,
  String.raw`\bxox[abeoprs]-[\w-]{10,512}`,
  String.raw`\beyJ[\w-]{8,2000}\.[\w-]{8,8000}\.[\w-]{8,2000}`,
  // The password of `scheme://user:password@host`.
  String.raw`(?<=:\/\/[^\s/:@]{0,128}:)[^\s/@]{3,256}(?=@)`,
]

/**
 * Masks the values of variables whose name looks secret (plain, URL-encoded and as JSON writes them), and what
 * has the shape of a known token or private key.
 */
export function createRedactor(hostEnv: Readonly<Record<string, string | undefined>>): Redactor {
  const literals = secretValues(hostEnv)
  const pattern = new RegExp([...literals.map((literal) => escapeRegExp(literal)), ...KNOWN_SHAPES].join('|'), 'g')
  const redact = (text: string) => text.replace(pattern, MASK)
  const multiline = literals.filter((literal) => literal.includes('\n'))
  return {redact, stream: () => redactedStream(redact, (text) => safeCut(text, pattern, multiline))}
}

function secretValues(hostEnv: Readonly<Record<string, string | undefined>>): readonly string[] {
  const values = Object.entries(hostEnv)
    .filter(([name]) => SECRET_NAME.test(name))
    .map(([, value]) => value?.trim() ?? '')
  const forms = values.flatMap((value) => [value, encodeUrl(value), JSON.stringify(value).slice(1, -1)])
  // Longest first: a secret that begins with another one is masked whole.
  return [...new Set(forms)].filter((form) => form.length >= MIN_SECRET_LENGTH).sort((a, b) => b.length - a.length)
}

function encodeUrl(value: string): string {
  // A lone surrogate cannot be encoded, and `encodeURIComponent` throws on it.
  return value.isWellFormed() ? encodeURIComponent(value) : value
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
