import {childrenOf, parseSource, unquote, type SourceTree, type SyntaxNode} from '@conduct-cli/source'

/** One value of a configuration file. */
export interface Setting {
  /** Keys from the outside in, joined by dots: `jest.testMatch`, `tool.pytest.ini_options.addopts`. */
  readonly key: string
  /** As written, strings without quotes. */
  readonly value: string
  /** Elements of a list, or the words of a text; one for any other value. */
  readonly items: readonly string[]
  readonly line: number
}

/** Reads JSON, JavaScript, TOML, INI and simple YAML alike: as keys and values, without running anything. */
export function settingsOf(file: string, text: string): readonly Setting[] {
  if (/\.(?:json[c5]?|[cm]?[jt]s)$|(?:^|\/)\.(?:eslintrc|mocharc|swcrc|babelrc)$/.test(file)) return objectSettings(file, text)
  return /\.ya?ml$/.test(file) ? lineSettings(text, YAML_LINE) : lineSettings(text, INI_LINE)
}

function objectSettings(file: string, text: string): readonly Setting[] {
  const isJson = /json[c5]?$|rc$/.test(file)
  const source = isJson ? parseSource('settings.js', `(${text}\n)`) : parseSource(file, text)
  const settings: Setting[] = []
  source?.tree?.iterate({
    enter(cursor) {
      if (cursor.name === 'Property') settings.push(...propertySetting(cursor.node, source))
    },
  })
  return settings
}

function propertySetting(node: SyntaxNode, source: SourceTree): readonly Setting[] {
  const children = childrenOf(node)
  const colon = children.findIndex(({name}) => name === ':')
  const [key, value] = [children[colon - 1], children[colon + 1]]
  if (!key || !value) return []
  const path = [...keysAround(node, source), unquote(source.textOf(key))]
  const elements = value.name === 'ArrayExpression' ? childrenOf(value).filter(({name}) => !/^[[\],]$|Comment$/.test(name)) : [value]
  const items = elements.map((element) => unquote(source.textOf(element)))
  return [{key: path.join('.'), value: unquote(source.textOf(value)), items, line: source.lineOf(node.from)}]
}

function keysAround(node: SyntaxNode, source: SourceTree): readonly string[] {
  const keys: string[] = []
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (parent.name === 'Property' && parent.firstChild) keys.unshift(unquote(source.textOf(parent.firstChild)))
  }
  return keys
}

const INI_LINE = /^(?<indent>\s*)(?<key>[\w."'*/-]+)\s*[=:]\s*(?<value>.*)$/
const YAML_LINE = /^(?<indent>\s*)(?:-\s+)?(?<key>[\w."'*/-]+):(?:\s+(?<value>.*))?$/

interface Draft {
  readonly key: string
  readonly line: number
  readonly indent: number
  value: string
}

/** A line that begins no key goes on with the one before. */
function lineSettings(text: string, pattern: RegExp): readonly Setting[] {
  const drafts: Draft[] = []
  let section = ''
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\s+#.*$|^\s*[#;].*$/, '')
    const header = /^\s*\[+([^\]]+)\]+\s*$/.exec(line)?.[1]
    const groups = pattern.exec(line)?.groups
    const last = drafts.at(-1)
    const isOpen = last !== undefined && isUnclosed(last.value)
    if (header !== undefined && !isOpen) section = header.replaceAll(/["'\s]/g, '')
    else if (groups && !isOpen && !(groups['indent'] !== '' && pattern === INI_LINE && last)) {
      drafts.push({
        key: [section, (groups['key'] ?? '').replaceAll(/["']/g, '')].filter(Boolean).join('.'),
        line: index + 1,
        indent: groups['indent']?.length ?? 0,
        value: groups['value'] ?? '',
      })
    } else if (last && line.trim() !== '') last.value += `\n${line.trim()}`
  }
  return drafts.map(({key, line, value}) => ({key, line, value: unquote(value.trim()), items: itemsOf(value)}))
}

const isUnclosed = (value: string) => (value.match(/\[/g) ?? []).length > (value.match(/\]/g) ?? []).length

function itemsOf(value: string): readonly string[] {
  const inner = /^\s*\[([\s\S]*)\]\s*$/.exec(value)?.[1]
  const parts = inner === undefined ? unquote(value.trim()).split(/\s+/) : inner.split(',')
  return parts.map((part) => unquote(part.trim().replace(/^-\s+/, ''))).filter((part) => part !== '' && part !== '-')
}
