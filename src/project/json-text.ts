/** JSON as people and their editors write it, comments and trailing commas too, with the place of each part. */

export type Json = string | number | boolean | null | readonly Json[] | {readonly [key: string]: Json}

export interface JsonNode {
  readonly value: Json
  /** When it is an object. */
  readonly object?: JsonObject
}

export interface JsonObject {
  readonly members: ReadonlyMap<string, JsonNode>
  /** Offset behind the last member and its comma, or behind `{`. */
  readonly lastEnd: number
  /** Must a comma be written before another member? */
  readonly needsComma: boolean
  /** Offset of `}`. */
  readonly close: number
}

/** Where a text stops being JSON. `line` and `column` count from 1. */
export class JsonSyntaxError extends Error {
  readonly line: number
  readonly column: number

  constructor(message: string, text: string, offset: number) {
    super(message)
    const before = text.slice(0, offset).split('\n')
    this.line = before.length
    this.column = (before.at(-1) ?? '').length + 1
  }
}

/** @throws {JsonSyntaxError} */
export function parseJsonText(text: string): JsonNode {
  const reader = new Reader(text)
  const node = readValue(reader)
  if (!reader.isAtEnd()) throw reader.error('Nothing may follow here')
  return node
}

class Reader {
  readonly text: string
  /** What comes next, comments and white space skipped. */
  at = 0
  /** Where what was taken last ends. */
  end = 0

  constructor(text: string) {
    this.text = text
    this.moveTo(0)
  }

  isAtEnd(): boolean {
    return this.at === this.text.length
  }

  /** Takes `mark` when it is next. */
  take(mark: string): boolean {
    if (this.text[this.at] !== mark) return false
    this.moveTo(this.at + 1)
    return true
  }

  /** Takes a string, a number or a word, as it is written. */
  takeScalar(): string {
    const [scalar] = match(/"(?:[^"\\]|\\.)*"|[\w.+-]+/y, this.text, this.at)
    if (scalar === undefined) throw this.error(this.isAtEnd() ? 'It ends in the middle' : `"${this.text[this.at]}" is not expected`)
    this.moveTo(this.at + scalar.length)
    return scalar
  }

  error(message: string): JsonSyntaxError {
    return new JsonSyntaxError(message, this.text, this.at)
  }

  private moveTo(end: number): void {
    this.end = end
    const [blank = ''] = match(/(?:[\s\uFEFF]|\/\/[^\n]*|\/\*[^]*?\*\/)*/y, this.text, end)
    this.at = end + blank.length
  }
}

function match(pattern: RegExp, text: string, at: number): readonly (string | undefined)[] {
  pattern.lastIndex = at
  return pattern.exec(text) ?? []
}

function readValue(reader: Reader): JsonNode {
  if (reader.take('{')) return readObject(reader)
  if (reader.take('[')) return {value: readItems(reader)}
  return {value: readScalar(reader)}
}

function readObject(reader: Reader): JsonNode {
  const members = new Map<string, JsonNode>()
  let [lastEnd, needsComma] = [reader.end, false]
  while (!reader.take('}')) {
    if (needsComma) throw reader.error('A comma or a brace is missing')
    const key = readScalar(reader)
    if (typeof key !== 'string' || !reader.take(':')) throw reader.error('A name in quotes and a colon are missing')
    members.set(key, readValue(reader))
    lastEnd = reader.end
    needsComma = !reader.take(',')
    if (!needsComma) lastEnd = reader.end
  }
  const value = Object.fromEntries([...members].map(([key, node]) => [key, node.value]))
  return {value, object: {members, lastEnd, needsComma, close: reader.end - 1}}
}

function readScalar(reader: Reader): string | number | boolean | null {
  const error = reader.error('This is no JSON')
  try {
    return JSON.parse(reader.takeScalar()) as string | number | boolean | null
  } catch (cause) {
    throw cause instanceof JsonSyntaxError ? cause : error
  }
}

function readItems(reader: Reader): readonly Json[] {
  const items: Json[] = []
  while (!reader.take(']')) {
    items.push(readValue(reader).value)
    if (reader.take(']')) return items
    if (!reader.take(',')) throw reader.error('A comma or a bracket is missing')
  }
  return items
}
