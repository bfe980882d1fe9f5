import {parse} from 'smol-toml'
import {folderOf, foldersAbove, type Tree} from '../tree.ts'
import {normalise} from './interpreter.ts'

/** What the project says that it needs. */
export interface Declared {
  /** Files that declare, sorted. */
  readonly files: readonly string[]
  /** Every distribution that is named anywhere, normalised. */
  readonly all: ReadonlySet<string>
  /** Those that are installed wherever the project is: not of an extra, a group, or one platform. */
  readonly always: ReadonlySet<string>
  /** Names of the tree's own projects. */
  readonly own: ReadonlySet<string>
}

interface Entry {
  readonly name: string
  readonly isAlways: boolean
}

const REQUIREMENTS = /(?:^|\/)(?:[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in)|requirements\/[\w.-]+\.(?:txt|in))$/
const PROJECTS = /(?:^|\/)(?:pyproject\.toml|Pipfile|setup\.cfg|setup\.py|environment\.ya?ml)$/

export async function readDeclared(tree: Tree): Promise<Declared> {
  const files = tree.files.filter((file) => REQUIREMENTS.test(file) || PROJECTS.test(file))
  const entries: Entry[] = []
  const own = new Set<string>()
  const declaring: string[] = []
  for (const file of files) {
    const text = (await tree.readText(file)) ?? ''
    const found = readEntries(file, text)
    if (found.length > 0 || REQUIREMENTS.test(file) || /^\[(?:project|tool\.poetry)\]/m.test(text)) declaring.push(file)
    entries.push(...found)
    for (const name of ownNames(file, text)) own.add(name)
  }
  return {
    files: declaring,
    all: new Set(entries.map(({name}) => name)),
    always: new Set(entries.filter(({isAlways}) => isAlways).map(({name}) => name)),
    own,
  }
}

/** The file that should declare what `importer` needs: the nearest one above it, else the first of the tree. */
export function declarationFor(importer: string, {files}: Declared): string {
  const order = [/pyproject\.toml$/, /requirements\.(?:txt|in)$/, /Pipfile$/, /setup\.cfg$/, /./]
  for (const folder of foldersAbove(folderOf(importer))) {
    const here = files.filter((file) => folderOf(file) === folder)
    const best = order.map((pattern) => here.find((file) => pattern.test(file))).find((file) => file !== undefined)
    if (best !== undefined) return best
  }
  return files[0] ?? 'requirements.txt'
}

function readEntries(file: string, text: string): readonly Entry[] {
  if (file.endsWith('.toml') || file.endsWith('Pipfile')) return inToml(text)
  if (REQUIREMENTS.test(file)) return text.split('\n').flatMap((line) => requirement(line, !/dev|test|lint|doc|constraints/.test(file)))
  if (file.endsWith('.py')) return inQuotes(text)
  return text.split('\n').flatMap((line) => requirement(line.replace(/^\s*-\s*/, ''), false))
}

/** `name[extra]>=1; marker`. Options, addresses and comments are none; a line with an egg is. */
function requirement(line: string, isAlways: boolean): readonly Entry[] {
  const text = /[#&]egg=([\w.-]+)/.exec(line)?.[1] ?? line.trim()
  const match = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:[<>=!~;@(,#]|$)/.exec(text)
  return match?.[1] === undefined ? [] : [{name: normalise(match[1]), isAlways: isAlways && !line.includes(';')}]
}

/** `setup.py` is a program; what it needs stands there in quotes. */
function inQuotes(text: string): readonly Entry[] {
  return [...text.matchAll(/["']([^"'\n]{1,200})["']/g)].flatMap(([, quoted = '']) => requirement(quoted, false))
}

/** Every list and table whose name speaks of dependencies, whichever tool it is for. */
function inToml(text: string): readonly Entry[] {
  const entries: Entry[] = []
  const visit = (value: unknown, path: string, isDependencies: boolean) => {
    if (!isObject(value)) return
    for (const [key, child] of Object.entries(value)) {
      const below = path === '' ? key : `${path}.${key}`
      const isAlways = ALWAYS.test(below)
      const isHere = isDependencies || /dependenc|^requires$|packages$/i.test(key)
      if (isHere && Array.isArray(child))
        entries.push(...child.flatMap((item) => (typeof item === 'string' ? requirement(item, isAlways) : [])))
      else if (isDependencies && (typeof child === 'string' || isObject(child)))
        entries.push({name: normalise(key), isAlways: ALWAYS.test(path)})
      visit(child, below, isHere)
    }
  }
  visit(parseToml(text), '', false)
  return entries
}

const ALWAYS = /^(?:project\.dependencies|tool\.poetry\.dependencies|packages)$/

function ownNames(file: string, text: string): readonly string[] {
  if (file.endsWith('.toml')) {
    const toml = parseToml(text)
    const poetry = isObject(toml.tool) ? toml.tool.poetry : undefined
    return [toml.project, poetry].flatMap((table) => (isObject(table) && typeof table.name === 'string' ? [normalise(table.name)] : []))
  }
  const name = /^\s*name\s*=\s*["']?([\w.-]+)/m.exec(text)?.[1]
  return name !== undefined && /setup\.(?:py|cfg)$/.test(file) ? [normalise(name)] : []
}

function parseToml(text: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text)
  } catch {
    return {}
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
