/** Values made of a file's name and text, as many as their texts have room. */
export interface Recent<Value> {
  /** What was made of the same name and text, or else what `make` makes of them. */
  find(file: string, text: string, make: () => Value): Value
}

/** @param room characters of all texts together; a longer one is not kept */
export function createRecent<Value>(room: number): Recent<Value> {
  /** By file, then by text: most files have one, some another at the base. */
  const byFile = new Map<string, Map<string, Value>>()
  const order: {readonly file: string; readonly text: string}[] = []
  let used = 0
  const isFull = () => used > room
  const dropOldest = () => {
    const oldest = order.shift()
    if (oldest === undefined) return
    byFile.get(oldest.file)?.delete(oldest.text)
    if (byFile.get(oldest.file)?.size === 0) byFile.delete(oldest.file)
    used -= oldest.text.length
  }
  return {
    find(file, text, make) {
      const known = byFile.get(file)?.get(text)
      if (known !== undefined) return known
      const value = make()
      if (text.length > room) return value
      byFile.set(file, (byFile.get(file) ?? new Map<string, Value>()).set(text, value))
      order.push({file, text})
      used += text.length
      while (isFull()) dropOldest()
      return value
    },
  }
}
