import {parse} from 'smol-toml'

/** The table `[group.name]` as it is in `text`; `undefined` when it is not there. Throws what smol-toml throws. */
export function readTable(text: string, group: string, name: string): unknown {
  const tables = parse(text)[group]
  return typeof tables === 'object' && tables !== null && name in tables ? (tables as Record<string, unknown>)[name] : undefined
}

/** `text` with the table behind all others, which leaves what a person wrote as it is. Throws where the result is no TOML. */
export function addTable(
  text: string,
  group: string,
  name: string,
  values: Readonly<Record<string, string | number | boolean | readonly string[]>>,
): string {
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`
  const added = [...(before === '' ? [] : ['']), `[${group}.${name}]`, ...lines, ''].join('\n')
  parse(before + added)
  return before + added
}

/** A text of several lines as a TOML string. */
export function tomlText(text: string): string {
  return `"""\n${text.replaceAll('\\', '\\\\').replaceAll('"""', '""\\"')}"""`
}
