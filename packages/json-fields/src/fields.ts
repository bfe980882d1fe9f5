/** An object of JSON. */
export type Fields = Readonly<Record<string, unknown>>

/** `undefined` for what is no object. */
export function toFields(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return value as Fields // any object has string keys
}

/** The object of a line, `undefined` for one that holds none. */
export function parseLine(line: string): Fields | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return toFields(JSON.parse(line))
  } catch {
    return undefined
  }
}

/** The objects in a list; `[]` when there is no list. */
export function toList(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(toFields).filter((fields) => fields !== undefined) : []
}

/** `undefined` for what is no text, or an empty one. */
export function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** 0 for what is no amount. */
export function toAmount(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0
}
