/** One setting: `filter.lfs.clean` and its value. */
export interface ConfigEntry {
  readonly key: string
  readonly value: string
}

/** Reads the output of `git config --list -z`. A key without a value means `true`. */
export function parseConfigList(text: string): readonly ConfigEntry[] {
  return text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const end = entry.indexOf('\n')
      return end < 0 ? {key: entry, value: 'true'} : {key: entry.slice(0, end), value: entry.slice(end + 1)}
    })
}

/** Text of a git configuration file. */
export function formatConfig(entries: readonly ConfigEntry[]): string {
  return entries.map(({key, value}) => `${formatSection(key)}\n\t${key.slice(key.lastIndexOf('.') + 1)} = "${escape(value)}"\n`).join('')
}

function formatSection(key: string): string {
  const first = key.indexOf('.')
  const last = key.lastIndexOf('.')
  const section = key.slice(0, first)
  return first === last ? `[${section}]` : `[${section} "${key.slice(first + 1, last).replaceAll(/["\\]/g, '\\$&')}"]`
}

function escape(value: string): string {
  return value.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}
