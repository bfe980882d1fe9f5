/** DEL may not stand in TOML as it is, unlike in JSON. */
const DEL = '\u007f'

/** A JSON value as TOML on one line, as `codex -c KEY=VALUE` reads it. What TOML has no word for, `null`, is left out. */
export function toToml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toToml).join(',')}]`
  if (typeof value === 'object' && value !== null) return `{${pairs(value).join(',')}}`
  return JSON.stringify(value).replaceAll(DEL, '\\u007f')
}

function pairs(table: object): string[] {
  const isThere = ([, value]: readonly [string, unknown]) => value !== undefined && value !== null
  return Object.entries(table)
    .filter(isThere)
    .map(([key, value]) => `${toToml(key)}=${toToml(value)}`)
}
