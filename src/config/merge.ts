/**
 * `over` on top of `under`: objects are merged, all else (lists too) is replaced; `undefined` changes nothing.
 * Objects that differ in `kind` are different things, so the upper one replaces the lower.
 */
export function merge(under: unknown, over: unknown): unknown {
  if (over === undefined) return under
  if (!isObject(under) || !isObject(over) || isOtherKind(under, over)) return over
  const keys = new Set([...Object.keys(under), ...Object.keys(over)])
  return Object.fromEntries([...keys].map((key) => [key, merge(under[key], over[key])]))
}

function isOtherKind(under: Readonly<Record<string, unknown>>, over: Readonly<Record<string, unknown>>): boolean {
  return over['kind'] !== undefined && over['kind'] !== under['kind']
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
