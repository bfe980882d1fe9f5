/** What stands in one list more often than in another, each with the key that makes two the same. */
export function surplus<Item>(now: readonly Item[], before: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  const left = new Map<string, number>()
  for (const item of before) left.set(keyOf(item), (left.get(keyOf(item)) ?? 0) + 1)
  return now.filter((item) => {
    const count = left.get(keyOf(item)) ?? 0
    left.set(keyOf(item), count - 1)
    return count <= 0
  })
}
