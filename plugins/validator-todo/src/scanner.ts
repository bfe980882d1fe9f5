import type {Language} from './languages.ts'

export type TokenKind = 'code' | 'comment' | 'string'

/** A piece of a source file; together they are the whole text. */
export interface Token {
  readonly kind: TokenKind
  /** With its delimiters. */
  readonly text: string
  /** 1-based line of its first character. */
  readonly line: number
}

/**
 * Splits source into code, comments and strings. It needs no grammar, only the delimiters, and never fails: what is
 * not closed ends with its line, or with the file.
 */
export function scan(text: string, language: Language): readonly Token[] {
  const scanner = new Scanner(text, language)
  scanner.scanCode(false)
  return scanner.tokens
}

class Scanner {
  readonly tokens: Token[] = []
  readonly #text: string
  readonly #language: Language
  #index = 0
  #line = 1

  constructor(text: string, language: Language) {
    this.#text = text
    this.#language = language
  }

  /** Until the end of the file, or in a template until the brace that closes it. */
  scanCode(isInTemplate: boolean): void {
    let begin = this.#index
    let depth = 0
    while (this.#index < this.#text.length) {
      const end = this.#special()
      if (end !== undefined) {
        this.#push('code', begin, this.#index)
        this.#scanSpecial(end)
        begin = this.#index
        continue
      }
      const character = this.#text.charAt(this.#index)
      if (character === '{') depth += 1
      if (character === '}' && isInTemplate && depth === 0) break
      if (character === '}') depth -= 1
      this.#index += 1
    }
    this.#push('code', begin, this.#index)
  }

  #scanSpecial(special: Special): void {
    const begin = this.#index
    if (special.quote !== undefined && this.#language.templates && special.quote === '`') return this.#scanTemplate()
    this.#index = special.end
    this.#push(special.kind, begin, special.end)
  }

  /** The comment, string or pattern that begins here. */
  #special(): Special | undefined {
    const {blockComments, lineComments, strings} = this.#language
    const block = blockComments.find(([open]) => this.#text.startsWith(open, this.#index))
    if (block) return {kind: 'comment', end: this.#blockEnd(block)}
    const line = lineComments.find((open) => this.#text.startsWith(open, this.#index))
    if (line !== undefined && this.#mayComment(line)) return {kind: 'comment', end: this.#lineEnd(this.#index)}
    const quote = strings.find((open) => this.#text.startsWith(open, this.#index))
    if (quote !== undefined) return {kind: this.#isDocstring(quote) ? 'comment' : 'string', end: this.#stringEnd(quote), quote}
    const end = this.#regexpEnd()
    return end === undefined ? undefined : {kind: 'string', end}
  }

  #mayComment(open: string): boolean {
    return open !== '#' || !this.#language.spacedHash || this.#index === 0 || /[\s;(]/.test(this.#text.charAt(this.#index - 1))
  }

  #blockEnd([open, close]: readonly [string, string]): number {
    let depth = 1
    let index = this.#index + open.length
    while (index < this.#text.length) {
      if (this.#text.startsWith(close, index)) {
        depth -= 1
        index += close.length
        if (depth === 0) return index
      } else if (this.#language.nested && this.#text.startsWith(open, index)) {
        depth += 1
        index += open.length
      } else index += 1
    }
    return index
  }

  #stringEnd(quote: string): number {
    const isMultiline = this.#language.multiline.includes(quote)
    let index = this.#index + quote.length
    while (index < this.#text.length) {
      if (this.#text.startsWith(quote, index)) return index + quote.length
      const character = this.#text.charAt(index)
      if (character === '\n' && !isMultiline) return index
      index += character === '\\' ? 2 : 1
    }
    return this.#text.length
  }

  /** "a${b}c" is a string, code, and a string. */
  #scanTemplate(): void {
    let begin = this.#index
    this.#index += 1
    while (this.#index < this.#text.length && this.#text.charAt(this.#index) !== '`') {
      if (this.#text.startsWith('${', this.#index)) {
        this.#index += 2
        this.#push('string', begin, this.#index)
        this.scanCode(true)
        begin = this.#index
      } else this.#index += this.#text.charAt(this.#index) === '\\' ? 2 : 1
    }
    this.#index = Math.min(this.#index + 1, this.#text.length)
    this.#push('string', begin, this.#index)
  }

  #isDocstring(quote: string): boolean {
    if (!this.#language.docstrings || quote.length < 3) return false
    const before = this.#text.slice(Math.max(0, this.#index - 400), this.#index)
    const isFirstOnLine = /(?:^|\n)[ \t]*[rRuU]?$/.test(before)
    return isFirstOnLine && /(?:^|:)(?:\s|#.*\n)*[rRuU]?$/.test(before)
  }

  /** After an operator a slash begins a pattern; after a value it divides. */
  #regexpEnd(): number | undefined {
    if (!this.#language.regexps || this.#text.charAt(this.#index) !== '/') return undefined
    const before = this.#text.slice(Math.max(0, this.#index - 50), this.#index).trimEnd()
    if (!/(?:^|[(,=:[!&|?{};+*%~^<>-]|\b(?:return|typeof|case|in|of|do|else|void|await|yield))$/.test(before)) return undefined
    const pattern = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y
    pattern.lastIndex = this.#index
    return pattern.test(this.#text) ? pattern.lastIndex : undefined
  }

  #lineEnd(index: number): number {
    const end = this.#text.indexOf('\n', index)
    return end === -1 ? this.#text.length : end
  }

  #push(kind: TokenKind, begin: number, end: number): void {
    if (begin >= end) return
    const text = this.#text.slice(begin, end)
    this.tokens.push({kind, text, line: this.#line})
    this.#line += text.split('\n').length - 1
  }
}

interface Special {
  readonly kind: TokenKind
  readonly end: number
  readonly quote?: string
}
